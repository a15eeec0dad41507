using System.Globalization;
using System.Text;
using HookEngine.Json;
using HookEngine.Linux;
using HookEngine.Log;
using HookEngine.Rules;
using HookEngine.Settings;
using HookEngine.Supervision;
using RuncWrap.Log;
using Serilog.Events;

namespace RuncWrap.Supervision;

/// <summary>Tells what a hook did: when it starts, for those who debug, and when it has ended.</summary>
internal sealed class HookEvents(SupervisorOrder order, in HookProcess hook, string path, IReadOnlyList<string> arguments)
{
    /// <summary>How much of the end of each output goes into the log.</summary>
    private const int MaxLines = 20;
    private const int MaxLineBytes = 4096;

    private readonly int _pid = hook.Pid;
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow.AddMilliseconds(hook.StartedAt - Libc.Milliseconds());

    /// <summary>Logs that the hook was started.</summary>
    internal void WriteStarted(ContainerState container)
    {
        if (EventLog.Wants(order.Log, LogEventLevel.Debug))
        {
            EventLog.Write(order.Log, LogEventLevel.Debug, $"{Subject(container)} was started", Common(MessageId.HookStarted, container));
        }
    }

    /// <summary>Logs that the hook has ended.</summary>
    /// <returns>What is to be told on standard error: a failure, for the runtime to show, and what no log has taken. Null for nothing.</returns>
    internal string? WriteEnded(HookEnding ending, HookWatch watch)
    {
        ContainerState container = watch.Container;
        string message = Message(ending, container);
        LogEventLevel level = ending.Succeeded ? LogEventLevel.Information : LogEventLevel.Error;
        LogSettings log = ending.Succeeded ? order.Log : order.Log with { Stderr = false };
        bool isTold = !EventLog.Wants(log, level) || EventLog.Write(log, level, message, Ended(ending, container, watch));
        return ending.Succeeded && isTold ? null : message;
    }

    private string Subject(ContainerState container) =>
        $"{order.Stage.Name()} hook {path}"
        + (order.Rule.Length > 0 ? $" ({order.Rule})" : "")
        + (container.Id.Length > 0 ? $" of container {container.Id}" : "");

    private Dictionary<string, LogEventPropertyValue> Common(string messageId, ContainerState container) => new()
    {
        ["MessageId"] = new ScalarValue(messageId),
        ["OcihooksRule"] = new ScalarValue(order.Rule),
        ["OcihooksHook"] = new ScalarValue(path),
        // Not one field each: the journal keeps each value of a field once only, and in no order.
        ["OcihooksArgs"] = new ScalarValue(Encoding.UTF8.GetString(new JsonText().Strings(arguments).Span)),
        ["OcihooksStage"] = new ScalarValue(order.Stage.Name()),
        ["OcihooksPid"] = new ScalarValue(_pid),
        ["OcihooksStart"] = new ScalarValue(Time(_start)),
        ["ContainerId"] = new ScalarValue(container.Id),
        ["OcihooksBundle"] = new ScalarValue(container.Bundle),
    };

    private Dictionary<string, LogEventPropertyValue> Ended(HookEnding ending, ContainerState container, HookWatch watch)
    {
        string messageId = ending.Succeeded ? MessageId.HookSucceeded
            : ending.TimedOut ? MessageId.HookTimedOut
            : MessageId.HookFailed;
        Dictionary<string, LogEventPropertyValue> properties = Common(messageId, container);
        properties["OcihooksEnd"] = new ScalarValue(Time(_start.AddMilliseconds(ending.Duration)));
        properties["OcihooksDurationMs"] = new ScalarValue(Math.Round(ending.Duration, 3));
        properties["OcihooksTimedOut"] = new ScalarValue(ending.TimedOut);
        properties["OcihooksKilled"] = new ScalarValue(ending.Killed);
        properties["OcihooksPolicy"] = new ScalarValue(order.OnFailure == HookFailurePolicy.Continue ? "continue" : "abort");
        AddStatus(properties, ending);
        AddOutput(properties, "Stdout", watch.Output);
        AddOutput(properties, "Stderr", watch.Error);
        return properties;
    }

    private static void AddStatus(Dictionary<string, LogEventPropertyValue> properties, HookEnding ending)
    {
        if (ending.StartError > 0)
        {
            properties["Errno"] = new ScalarValue(ending.StartError);
        }
        else if (ending.ExitCode is { } code)
        {
            properties["OcihooksExitCode"] = new ScalarValue(code);
        }
        else if (ending.Signal is { } signal)
        {
            properties["OcihooksSignal"] = new ScalarValue(Libc.SignalName(signal));
            properties["OcihooksCoreDumped"] = new ScalarValue(ending.CoreDumped);
        }
    }

    private static void AddOutput(Dictionary<string, LogEventPropertyValue> properties, string name, OutputTail output)
    {
        properties[$"Ocihooks{name}Bytes"] = new ScalarValue(output.Total);
        properties[$"Ocihooks{name}"] = new ScalarValue(output.LastLines(MaxLines, MaxLineBytes));
    }

    private string Message(HookEnding ending, ContainerState container)
    {
        string duration = string.Create(CultureInfo.InvariantCulture, $"{ending.Duration:0} ms");
        string what = ending switch
        {
            { StartError: HookProcess.NotAsPinned } =>
                $"was not started: its file does not have the SHA-256 {order.Sha256} that its rule says; put the program back, or mend the rule",
            { StartError: not 0 } => $"could not be started: {Libc.ErrorText(ending.StartError)}{StartAdvice(ending.StartError)}",
            { Succeeded: true } => $"succeeded in {duration}",
            { TimedOut: true } => string.Create(CultureInfo.InvariantCulture, $"ran past its timeout of {order.Timeout.TotalSeconds} s and was ended after {duration}"),
            { Signal: { } signal } => $"was ended by {Libc.SignalName(signal)} after {duration}{(ending.CoreDumped ? ", core dumped" : "")}",
            { ExitCode: { } code } => $"failed with exit code {code} after {duration}",
            _ => $"was not seen to end within {duration}",
        };
        string sender = ending.StoppedBy != 0 ? $", the supervisor having got {Libc.SignalName(ending.StoppedBy)}" : "";
        string policy = ending.Succeeded || order is { IsFailureTold: true, OnFailure: HookFailurePolicy.Abort } ? ""
            : order.Stage == HookStage.Poststop ? "; the hooks after it run all the same"
            : "; the container goes on, onFailure or onHookFailure being \"continue\"";
        return $"{Subject(container)} {what}{sender}{KilledText(ending)}{policy}";
    }

    private static string KilledText(HookEnding ending)
    {
        string killed = ending.Killed switch
        {
            0 => "",
            1 => ", 1 process killed",
            _ => string.Create(CultureInfo.InvariantCulture, $", {ending.Killed} processes killed"),
        };
        return ending.HasSurvivors ? killed + ", some of them are still there" : killed;
    }

    private static string StartAdvice(int error) => error switch
    {
        Libc.ENOENT => "; install it, or its interpreter, or take the rule away",
        Libc.ESRCH => "; the runtime's state names no pid for {{pid}} in the rule's hook.env; take that out",
        Libc.EACCES => "; make it an executable file",
        Libc.ENOEXEC => "; give a script a first line such as #!/bin/sh, and a program this machine's architecture",
        _ => "",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
