using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>A log event's parts as text.</summary>
internal static class EventText
{
    private const string SummaryProperty = "Summary";

    /// <summary>The message, for people.</summary>
    internal static string Message(LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(SummaryProperty, out LogEventPropertyValue? summary) ? Scalar(summary) : logEvent.MessageTemplate.Text;

    /// <summary>A property's values: one, or those of a list. None for the message, which is not told twice, or if empty.</summary>
    internal static IEnumerable<string> Values(string name, LogEventPropertyValue value) => value switch
    {
        _ when name == SummaryProperty => [],
        SequenceValue list => list.Elements.Select(Scalar),
        _ => Scalar(value) is { Length: > 0 } text ? [text] : [],
    };

    private static string Scalar(LogEventPropertyValue value) =>
        value is ScalarValue scalar ? scalar.Value?.ToString() ?? "" : value.ToString();
}
