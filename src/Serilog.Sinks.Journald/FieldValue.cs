using System.Globalization;
using Serilog.Events;

namespace Serilog.Sinks.Journald;

/// <summary>A property's value as a field's, for programs: the same in every culture.</summary>
internal static class FieldValue
{
    /// <summary>Its text. Times are as ISO 8601 has them, and structures as Serilog writes them into messages.</summary>
    internal static string Text(LogEventPropertyValue value) => value is not ScalarValue scalar
        ? value.ToString(null, CultureInfo.InvariantCulture)
        : scalar.Value switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            DateTime or DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)scalar.Value).ToString("O", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => scalar.Value?.ToString() ?? "",
        };
}
