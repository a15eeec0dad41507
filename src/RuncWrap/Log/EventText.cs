using System.Globalization;
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
    internal static List<string> Values(string name, LogEventPropertyValue value)
    {
        var values = new List<string>();
        if (name == SummaryProperty)
        {
            return values;
        }

        if (value is not SequenceValue list)
        {
            if (Scalar(value) is { Length: > 0 } text)
            {
                values.Add(text);
            }

            return values;
        }

        for (int i = 0; i < list.Elements.Count; i++)
        {
            values.Add(Scalar(list.Elements[i]));
        }

        return values;
    }

    private static string Scalar(LogEventPropertyValue value) =>
        value is not ScalarValue scalar ? value.ToString()
        : scalar.Value is bool flag ? (flag ? "true" : "false")
        : Convert.ToString(scalar.Value, CultureInfo.InvariantCulture) ?? "";
}
