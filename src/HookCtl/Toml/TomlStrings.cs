namespace HookCtl.Toml;

/// <summary>A key of a TOML text whose value is a string, or a list of strings.</summary>
/// <param name="Table">The names of the table it is in; empty for none.</param>
/// <param name="Key">The key.</param>
/// <param name="Values">The string, or the list.</param>
internal sealed record TomlStrings(IReadOnlyList<string> Table, string Key, IReadOnlyList<string> Values)
{
    /// <summary>The string, or the first of the list; null if that is empty.</summary>
    internal string? Value => Values is [var first, ..] ? first : null;

    /// <summary>All such keys of a text.</summary>
    internal static IEnumerable<TomlStrings> Of(TomlText text)
    {
        foreach (TomlValue value in text.Values)
        {
            IReadOnlyList<string?>? strings = text.String(value.Place) is { } single ? [single]
                : text.Elements(value.Place) is { } elements ? [.. elements.Select(text.String)]
                : null;
            if (strings is not null)
            {
                yield return new TomlStrings([.. value.Name.SkipLast(1)], value.Name[^1], [.. strings.OfType<string>()]);
            }
        }
    }
}
