using HookEngine.Model;
using Linux;
using Linux.Journal;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;
using Serilog.Sinks.Journald;

namespace RuncWrap.Events;

/// <summary>
/// Tells events in every place that the settings name. The sinks are called here, and not by a logger of Serilog's: what a logger is made
/// of costs every create, also one that logs nothing.
/// </summary>
internal static class EventLog
{
    /// <summary>Whether an event of that level is to be told anywhere.</summary>
    internal static bool Wants(LogSettings settings, LogEventLevel level) =>
        level >= Level(settings.Level) && (settings.Journald || settings.Stderr || settings.File is not null);

    /// <summary>Tells an event.</summary>
    /// <returns>Whether one of the places has taken it.</returns>
    internal static bool Write(
        LogSettings settings, LogEventLevel level, string message, Dictionary<string, LogEventPropertyValue> properties)
    {
        int places = 0;
        var failures = new LogFailures();

        // First, so that the others can tell what is wrong with it.
        if (settings.File is not null)
        {
            places++;
            Emit(new FileSink(new FilePath(settings.File), settings.Trust, failures), Event(level, message, properties), failures);
        }

        LogEvent logEvent = failures.FileProblem is { } problem
            ? Event(level < LogEventLevel.Warning ? LogEventLevel.Warning : level, $"{message}; {problem}", properties)
            : Event(level, message, properties);
        if (settings.Journald)
        {
            places++;
            var journal = new JournaldSink("runc-wrap", Message, JournalSocket.SystemPath);
            journal.SetFailureListener(failures);
            Emit(journal, logEvent, failures);
        }

        if (settings.Stderr)
        {
            places++;
            Emit(new StandardErrorSink(failures), logEvent, failures);
        }

        return failures.Count < places;
    }

    /// <summary>A property with several values.</summary>
    internal static SequenceValue List<T>(IReadOnlyList<T> items, Func<T, string> text)
    {
        var values = new LogEventPropertyValue[items.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new ScalarValue(text(items[i]));
        }

        return new SequenceValue(values);
    }

    /// <summary>An event's message: its template is the text itself.</summary>
    internal static string Message(LogEvent logEvent) => logEvent.MessageTemplate.Text;

    /// <summary>An event made by hand: the logger's own methods look up the local time zone and an activity, which takes a while.</summary>
    private static LogEvent Event(LogEventLevel level, string message, Dictionary<string, LogEventPropertyValue> properties) =>
        LogEvent.UnstableAssembleFromParts(
            DateTimeOffset.UtcNow, level, null, new MessageTemplate(message, [new TextToken(message)]), properties, default, default);

    /// <summary>No place's failure is the container's.</summary>
    private static void Emit(ILogEventSink sink, LogEvent logEvent, LogFailures failures)
    {
        try
        {
            sink.Emit(logEvent);
        }
        catch (Exception exception)
        {
            failures.OnLoggingFailed(sink, LoggingFailureKind.Permanent, $"an event could not be logged: {exception.Message}", [logEvent], exception);
        }
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
