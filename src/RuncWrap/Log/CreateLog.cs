using System.Runtime.InteropServices;
using HookEngine.Injection;
using HookEngine.Linux;
using HookEngine.Rules;
using HookEngine.Settings;
using Serilog;
using Serilog.Events;
using Serilog.Parsing;

namespace RuncWrap.Log;

/// <summary>Logs one event for each container that is set up: which rule injected what.</summary>
internal static unsafe class CreateLog
{
    /// <summary>Marks the events in the journal, systemd.journal-fields(7) MESSAGE_ID; see docs.</summary>
    private const string InjectedMessageId = "5f1d3c0e9b7a4e0f8a6c2d4b1e3f5a70";
    private const string RefusedMessageId = "8c2e6f4a1d3b4c5e9f7a0b2d4c6e8f13";

    private static readonly MessageTemplate s_template = new([new PropertyToken("Summary", "{Summary}")]);

    /// <summary>Logs the event. Failing to never fails the container.</summary>
    internal static void Write(LogSettings settings, in Invocation invocation, RuleSet rules, IReadOnlyList<PlannedHook> hooks)
    {
        LogEventLevel level = rules.Skipped.Count > 0 ? LogEventLevel.Warning
            : hooks.Count > 0 ? LogEventLevel.Information
            : LogEventLevel.Debug;
        if (level < Level(settings.Level) || !(settings.Journald || settings.Stderr || settings.File is not null))
        {
            return;
        }

        // Made by hand: the logger's own methods look up the local time zone and an activity, which takes a while.
        var logEvent = new LogEvent(DateTimeOffset.UtcNow, level, null, s_template, Properties(invocation, rules, hooks));
        using Serilog.Core.Logger logger = Logger(settings);
        logger.Write(logEvent);
    }

    /// <summary>Logs that a container was refused, and why.</summary>
    internal static void WriteRefusal(LogSettings settings, in Invocation invocation, string reason)
    {
        // Standard error has it already.
        LogSettings elsewhere = settings with { Stderr = false };
        var logEvent = new LogEvent(DateTimeOffset.UtcNow, LogEventLevel.Error, null, s_template,
        [
            Property("Summary", "refused a container: " + reason),
            Property("MessageId", RefusedMessageId),
            Property("ContainerId", Text(invocation.ContainerId)),
            Property("OcihooksBundle", Text(invocation.Bundle)),
        ]);
        using Serilog.Core.Logger logger = Logger(elsewhere);
        logger.Write(logEvent);
    }

    private static List<LogEventProperty> Properties(in Invocation invocation, RuleSet rules, IReadOnlyList<PlannedHook> hooks) =>
    [
        Property("Summary", Summary(rules, hooks)),
        Property("MessageId", InjectedMessageId),
        Property("ContainerId", Text(invocation.ContainerId)),
        Property("OcihooksBundle", Text(invocation.Bundle)),
        List("OcihooksRule", hooks, hook => hook.Rule?.Path.ToString() ?? "--hook-config-path"),
        List("OcihooksStage", hooks, hook => hook.Stage.Name()),
        List("OcihooksHook", hooks, hook => hook.Hook.Path),
        List("OcihooksSkippedRule", rules.Skipped, rule => rule.File.ToString()),
    ];

    private static LogEventProperty Property(string name, string value) => new(name, new ScalarValue(value));

    private static LogEventProperty List<T>(string name, IReadOnlyList<T> items, Func<T, string> text)
    {
        var values = new List<ScalarValue>(items.Count);
        foreach (T item in items)
        {
            values.Add(new ScalarValue(text(item)));
        }

        return new LogEventProperty(name, new SequenceValue(values));
    }

    private static Serilog.Core.Logger Logger(LogSettings settings)
    {
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.Is(Level(settings.Level));
        if (settings.Journald)
        {
            configuration.WriteTo.Sink(new JournaldSink());
        }

        if (settings.File is not null)
        {
            configuration.WriteTo.Sink(new FileSink(new FilePath(settings.File)));
        }

        if (settings.Stderr && NativeEntry.Inherited.HasStandardError)
        {
            configuration.WriteTo.Sink(new StandardErrorSink());
        }

        return configuration.CreateLogger();
    }

    private static string Summary(RuleSet rules, IReadOnlyList<PlannedHook> hooks)
    {
        var parts = new List<string>();
        foreach (PlannedHook hook in hooks)
        {
            parts.Add($"injected {hook.Stage.Name()} {hook.Hook.Path} ({hook.Rule?.Name ?? "command line"})");
        }

        foreach (SkippedRule rule in rules.Skipped)
        {
            parts.Add($"{rule.File} was left out: its hook {rule.HookPath} does not exist");
        }

        return parts.Count == 0 ? "no hooks injected" : string.Join("; ", parts);
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };

    private static string Text(byte* text) =>
        Marshal.PtrToStringUTF8((nint)text) ?? "";
}
