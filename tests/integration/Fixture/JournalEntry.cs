using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IntegrationTests.Fixture;

/// <summary>Entries of a journal as journalctl(1) prints them.</summary>
internal static class JournalEntry
{
    /// <summary>Parses entries in the output format json. Returns the fields of each.</summary>
    public static IReadOnlyList<ILookup<string, string>> ParseAll(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>Parses one entry. A repeated field is an array of its values, and a field that is not text is an array of bytes.</summary>
    private static ILookup<string, string> Parse(string line) =>
        JsonDocument.Parse(line).RootElement.EnumerateObject()
            .SelectMany(field => Values(field.Value).Select(value => (field.Name, Value: value)))
            .ToLookup(field => field.Name, field => field.Value);

    private static IEnumerable<string> Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when value[0].ValueKind != JsonValueKind.Number => value.EnumerateArray().SelectMany(Values),
        JsonValueKind.Array => [Encoding.UTF8.GetString([.. value.EnumerateArray().Select(number => number.GetByte())])],
        JsonValueKind.String => [value.GetString()!],
        _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a field of {value.ValueKind}")),
    };
}
