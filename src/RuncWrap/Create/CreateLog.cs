using System.Runtime.InteropServices;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using HookEngine.Running.Log;
using RuncWrap.Events;
using RuncWrap.PreRuntime;
using Serilog.Events;

namespace RuncWrap.Create;

/// <summary>Logs one event for each container that is set up: which rule injected what.</summary>
internal static unsafe class CreateLog
{
    /// <summary>Logs the event. Failing to never fails the container.</summary>
    internal static void Write(
        LogSettings settings,
        in Invocation invocation,
        RuleSet rules,
        IReadOnlyList<PlannedHook> hooks,
        IReadOnlyList<AppliedEdit> edits,
        IReadOnlyList<Diagnostic> warnings)
    {
        warnings = [.. rules.Diagnostics, .. warnings];
        LogEventLevel level = rules.Skipped.Count > 0 || warnings.Count > 0 ? LogEventLevel.Warning
            : hooks.Count + edits.Count > 0 ? LogEventLevel.Information
            : LogEventLevel.Debug;
        if (EventLog.Wants(settings, level))
        {
            EventLog.Write(settings, level, Message(rules, hooks, edits, warnings), Properties(invocation, rules, hooks, edits));
        }
    }

    /// <summary>Logs that a container was refused, and why. Standard error has it already.</summary>
    internal static void WriteRefusal(LogSettings settings, in Invocation invocation, string reason) => EventLog.Write(
        settings with { Stderr = false },
        LogEventLevel.Error,
        "refused a container: " + reason,
        Container(MessageId.Refused, invocation));

    /// <summary>Logs that what a precreate program printed is left out, and why.</summary>
    internal static void WriteLeftOut(LogSettings settings, in Invocation invocation, PlannedHook hook, string problem)
    {
        Dictionary<string, LogEventPropertyValue> properties = Container(MessageId.HookFailed, invocation);
        properties["OcihooksRule"] = new ScalarValue(hook.Rule?.Path.ToString() ?? "");
        properties["OcihooksStage"] = new ScalarValue(hook.Stage.Name());
        properties["OcihooksHook"] = new ScalarValue(hook.Hook.Path);
        EventLog.Write(settings, LogEventLevel.Error, problem, properties);
    }

    private static Dictionary<string, LogEventPropertyValue> Properties(
        in Invocation invocation, RuleSet rules, IReadOnlyList<PlannedHook> hooks, IReadOnlyList<AppliedEdit> edits)
    {
        Dictionary<string, LogEventPropertyValue> properties = Container(MessageId.Injected, invocation);
        properties["OcihooksRule"] = EventLog.List(hooks, hook => hook.Rule?.Path.ToString() ?? "--hook-config-path");
        properties["OcihooksStage"] = EventLog.List(hooks, hook => hook.Stage.Name());
        properties["OcihooksHook"] = EventLog.List(hooks, hook => hook.Hook.Path);
        properties["OcihooksEdit"] = EventLog.List(edits, edit => $"{edit.Rule.Path}: {edit.Kind} {edit.Name}: {edit.Outcome.Word()}");
        properties["OcihooksSkippedRule"] = EventLog.List(rules.Skipped, rule => rule.File.ToString());
        return properties;
    }

    /// <summary>What every event of a create has: its kind, and which container it is about.</summary>
    private static Dictionary<string, LogEventPropertyValue> Container(string messageId, in Invocation invocation) => new()
    {
        ["MessageId"] = new ScalarValue(messageId),
        ["ContainerId"] = new ScalarValue(Text(invocation.ContainerId)),
        ["OcihooksBundle"] = new ScalarValue(Text(invocation.Bundle)),
    };

    private static string Message(
        RuleSet rules, IReadOnlyList<PlannedHook> hooks, IReadOnlyList<AppliedEdit> edits, IReadOnlyList<Diagnostic> warnings)
    {
        var parts = new List<string>();
        foreach (PlannedHook hook in hooks)
        {
            parts.Add($"injected {hook.Stage.Name()} {hook.Hook.Path} ({hook.Rule?.Name ?? "command line"})");
        }

        foreach (AppliedEdit edit in edits)
        {
            parts.Add($"{edit.Outcome.Word()} {edit.Kind} {edit.Name} ({edit.Rule.Name})");
        }

        foreach (SkippedRule rule in rules.Skipped)
        {
            parts.Add($"{rule.File} was left out: its hook {rule.HookPath} does not exist");
        }

        parts.AddRange(warnings.Select(warning => warning.ToString()));
        return parts.Count == 0 ? "no hooks injected" : string.Join("; ", parts);
    }

    private static string Text(byte* text) =>
        Marshal.PtrToStringUTF8((nint)text) ?? "";
}
