using System.Globalization;
using System.Text;
using HookEngine.Model;
using HookEngine.Running.Log;
using HookEngine.Running.Supervision;
using Json;
using Linux;
using RuncWrap.Events;
using RuncWrap.PreRuntime;
using Serilog.Events;

namespace RuncWrap.Supervision;

/// <summary>Tells what a hook did: when it starts, for those who debug, and when it has ended.</summary>
internal sealed class HookEvents(SupervisorOptions options, in HookProcess hook, string path, IReadOnlyList<string> arguments)
{
    /// <summary>How much of the end of each output goes into the log.</summary>
    private const int MaxLines = 20;
    private const int MaxLineBytes = 4096;

    private readonly int _pid = hook.Pid;
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow.AddMilliseconds(hook.StartedAt - Libc.Milliseconds());

    /// <summary>Logs that the hook was started.</summary>
    internal void WriteStarted(ContainerState container)
    {
        if (EventLog.Wants(options.Log, LogEventLevel.Debug))
        {
            EventLog.Write(options.Log, LogEventLevel.Debug, $"{Subject(container)} was started", Common(MessageId.HookStarted, container));
        }
    }

    /// <summary>Logs that the hook has ended.</summary>
    /// <returns>What is to be told on standard error: a failure, for the runtime to show, and what no log has taken. Null for nothing.</returns>
    internal string? WriteEnded(HookResult result, HookMonitor monitor)
    {
        ContainerState container = monitor.Container;
        string message = Message(result, container);
        LogEventLevel level = result.Succeeded ? LogEventLevel.Information : LogEventLevel.Error;
        LogSettings log = result.Succeeded ? options.Log : options.Log with { Stderr = false };
        bool isTold = !EventLog.Wants(log, level) || EventLog.Write(log, level, message, Ended(result, container, monitor));
        return result.Succeeded && isTold ? null : message;
    }

    private string Subject(ContainerState container) =>
        $"{options.Stage.Name()} hook {path}"
        + (options.Rule.Length > 0 ? $" ({options.Rule})" : "")
        + (container.Id.Length > 0 ? $" of container {container.Id}" : "");

    private Dictionary<string, LogEventPropertyValue> Common(string messageId, ContainerState container) => new()
    {
        ["MessageId"] = new ScalarValue(messageId),
        ["OcihooksRule"] = new ScalarValue(options.Rule),
        ["OcihooksHook"] = new ScalarValue(path),
        // Not one field each: the journal keeps each value of a field once only, and in no order.
        ["OcihooksArgs"] = new ScalarValue(Encoding.UTF8.GetString(new JsonText().Strings(arguments).Span)),
        ["OcihooksStage"] = new ScalarValue(options.Stage.Name()),
        ["OcihooksPid"] = new ScalarValue(_pid),
        ["OcihooksStart"] = new ScalarValue(Time(_start)),
        ["ContainerId"] = new ScalarValue(container.Id),
        ["OcihooksBundle"] = new ScalarValue(container.Bundle),
    };

    private Dictionary<string, LogEventPropertyValue> Ended(HookResult result, ContainerState container, HookMonitor monitor)
    {
        string messageId = result.Succeeded ? MessageId.HookSucceeded
            : result.TimedOut ? MessageId.HookTimedOut
            : MessageId.HookFailed;
        Dictionary<string, LogEventPropertyValue> properties = Common(messageId, container);
        properties["OcihooksEnd"] = new ScalarValue(Time(_start.AddMilliseconds(result.Duration)));
        properties["OcihooksDurationMs"] = new ScalarValue(Math.Round(result.Duration, 3));
        properties["OcihooksTimedOut"] = new ScalarValue(result.TimedOut);
        properties["OcihooksKilled"] = new ScalarValue(result.Killed);
        properties["OcihooksPolicy"] = new ScalarValue(options.OnFailure == HookFailurePolicy.Continue ? "continue" : "abort");
        AddStatus(properties, result);
        AddOutput(properties, "Stdout", monitor.Output);
        AddOutput(properties, "Stderr", monitor.Error);
        return properties;
    }

    private static void AddStatus(Dictionary<string, LogEventPropertyValue> properties, HookResult result)
    {
        if (result.StartError > 0)
        {
            properties["Errno"] = new ScalarValue(result.StartError);
        }
        else if (result.ExitCode is { } code)
        {
            properties["OcihooksExitCode"] = new ScalarValue(code);
        }
        else if (result.Signal is { } signal)
        {
            properties["OcihooksSignal"] = new ScalarValue(Libc.SignalName(signal));
            properties["OcihooksCoreDumped"] = new ScalarValue(result.CoreDumped);
        }
    }

    private static void AddOutput(Dictionary<string, LogEventPropertyValue> properties, string name, OutputTail output)
    {
        properties[$"Ocihooks{name}Bytes"] = new ScalarValue(output.Total);
        properties[$"Ocihooks{name}"] = new ScalarValue(output.LastLines(MaxLines, MaxLineBytes));
    }

    private string Message(HookResult result, ContainerState container)
    {
        string duration = string.Create(CultureInfo.InvariantCulture, $"{result.Duration:0} ms");
        string what = result switch
        {
            { StartError: HookProcess.NotAsPinned } =>
                $"was not started: its file does not have the SHA-256 {options.Sha256} that its rule says; put the program back, or fix the rule",
            { StartError: not 0 } => $"could not be started: {Libc.ErrorText(result.StartError)}{StartAdvice(result.StartError)}",
            { Succeeded: true } => $"succeeded in {duration}",
            { TimedOut: true } => string.Create(CultureInfo.InvariantCulture, $"ran past its timeout of {options.Timeout.TotalSeconds} s and was ended after {duration}"),
            { Signal: { } signal } => $"was ended by {Libc.SignalName(signal)} after {duration}{(result.CoreDumped ? ", core dumped" : "")}",
            { ExitCode: { } code } => $"failed with exit code {code} after {duration}",
            _ => $"was not seen to end within {duration}",
        };
        string sender = result.StoppedBy != 0 ? $", the supervisor having got {Libc.SignalName(result.StoppedBy)}" : "";
        string policy = result.Succeeded || options is { PropagatesFailure: true, OnFailure: HookFailurePolicy.Abort } ? ""
            : options.Stage == HookStage.Poststop ? "; the hooks after it run all the same"
            : "; the container goes on, onFailure or onHookFailure being \"continue\"";
        return $"{Subject(container)} {what}{sender}{KilledText(result)}{policy}";
    }

    private static string KilledText(HookResult result)
    {
        string killed = result.Killed switch
        {
            0 => "",
            1 => ", 1 process killed",
            _ => string.Create(CultureInfo.InvariantCulture, $", {result.Killed} processes killed"),
        };
        return result.HasSurvivors ? killed + ", some of them are still there" : killed;
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
