using System.Runtime.InteropServices;
using HookEngine.Injection;
using HookEngine.Log;
using HookEngine.Rules;
using HookEngine.Settings;
using Serilog.Events;

namespace RuncWrap.Log;

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
            EventLog.Write(settings, level, Properties(invocation, rules, hooks, edits, warnings));
        }
    }

    /// <summary>Logs that a container was refused, and why. Standard error has it already.</summary>
    internal static void WriteRefusal(LogSettings settings, in Invocation invocation, string reason) => EventLog.Write(
        settings with { Stderr = false },
        LogEventLevel.Error,
        [
            EventLog.Property("Summary", "refused a container: " + reason),
            EventLog.Property("MessageId", MessageId.Refused),
            EventLog.Property("ContainerId", Text(invocation.ContainerId)),
            EventLog.Property("OcihooksBundle", Text(invocation.Bundle)),
        ]);

    /// <summary>Logs that what a precreate program printed is left out, and why.</summary>
    internal static void WriteLeftOut(LogSettings settings, in Invocation invocation, PlannedHook filter, string problem) => EventLog.Write(
        settings with { Level = filter.Rule?.Policy.Log ?? settings.Level },
        LogEventLevel.Error,
        [
            EventLog.Property("Summary", problem),
            EventLog.Property("MessageId", MessageId.HookFailed),
            EventLog.Property("ContainerId", Text(invocation.ContainerId)),
            EventLog.Property("OcihooksBundle", Text(invocation.Bundle)),
            EventLog.Property("OcihooksRule", filter.Rule?.Path.ToString() ?? ""),
            EventLog.Property("OcihooksStage", filter.Stage.Name()),
            EventLog.Property("OcihooksHook", filter.Hook.Path),
        ]);

    private static List<LogEventProperty> Properties(
        in Invocation invocation,
        RuleSet rules,
        IReadOnlyList<PlannedHook> hooks,
        IReadOnlyList<AppliedEdit> edits,
        IReadOnlyList<Diagnostic> warnings) =>
    [
        EventLog.Property("Summary", Summary(rules, hooks, edits, warnings)),
        EventLog.Property("MessageId", MessageId.Injected),
        EventLog.Property("ContainerId", Text(invocation.ContainerId)),
        EventLog.Property("OcihooksBundle", Text(invocation.Bundle)),
        EventLog.List("OcihooksRule", hooks, hook => hook.Rule?.Path.ToString() ?? "--hook-config-path"),
        EventLog.List("OcihooksStage", hooks, hook => hook.Stage.Name()),
        EventLog.List("OcihooksHook", hooks, hook => hook.Hook.Path),
        EventLog.List("OcihooksEdit", edits, edit => $"{edit.Rule.Path}: {edit.Kind} {edit.Name}: {edit.Outcome.Word()}"),
        EventLog.List("OcihooksSkippedRule", rules.Skipped, rule => rule.File.ToString()),
    ];

    private static string Summary(
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
