using HookEngine.Linux;
using HookEngine.Settings;
using Serilog;
using Serilog.Events;
using Serilog.Parsing;

namespace RuncWrap.Log;

/// <summary>Tells events in every place that the settings name.</summary>
internal static class EventLog
{
    private static readonly MessageTemplate s_template = new([new PropertyToken("Summary", "{Summary}")]);

    /// <summary>Whether an event of that level is to be told anywhere.</summary>
    internal static bool Wants(LogSettings settings, LogEventLevel level) =>
        level >= Level(settings.Level) && (settings.Journald || settings.Stderr || settings.File is not null);

    /// <summary>Tells an event.</summary>
    /// <returns>Whether one of the places has taken it.</returns>
    internal static bool Write(LogSettings settings, LogEventLevel level, List<LogEventProperty> properties)
    {
        // Made by hand: the logger's own methods look up the local time zone and an activity, which takes a while.
        var logEvent = new LogEvent(DateTimeOffset.UtcNow, level, null, s_template, properties);
        var delivery = new Delivery();
        using Serilog.Core.Logger logger = Logger(settings, delivery);
        logger.Write(logEvent);
        return delivery.Succeeded;
    }

    /// <summary>A property: a text, a number, or whether something is so.</summary>
    internal static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));

    /// <summary>A property with several values.</summary>
    internal static LogEventProperty List<T>(string name, IReadOnlyList<T> items, Func<T, string> text)
    {
        var values = new List<ScalarValue>(items.Count);
        foreach (T item in items)
        {
            values.Add(new ScalarValue(text(item)));
        }

        return new LogEventProperty(name, new SequenceValue(values));
    }

    private static Serilog.Core.Logger Logger(LogSettings settings, Delivery delivery)
    {
        LoggerConfiguration configuration = new LoggerConfiguration().MinimumLevel.Is(Level(settings.Level));

        // First, so that the others can tell what is wrong with it.
        if (settings.File is not null)
        {
            configuration.WriteTo.Sink(new FileSink(new FilePath(settings.File), settings.Trust, delivery));
        }

        if (settings.Journald)
        {
            configuration.WriteTo.Sink(new JournaldSink(delivery));
        }

        if (settings.Stderr && NativeEntry.Inherited.HasStandardError)
        {
            configuration.WriteTo.Sink(new StandardErrorSink(delivery));
        }

        return configuration.CreateLogger();
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
