using Linux;

namespace HookCtl.Toml;

/// <summary>
/// A TOML text and where its tables and values stand, so that it can be edited with everything else left as it is. What no engine takes
/// although it is TOML is the engine's to refuse.
/// </summary>
/// <param name="Characters">The text, a byte order mark included.</param>
/// <param name="Tables">The tables with headers.</param>
/// <param name="Values">The values outside of arrays; those of an inline table stand before the table itself.</param>
internal sealed record TomlText(string Characters, IReadOnlyList<TomlTable> Tables, IReadOnlyList<TomlValue> Values)
{
    /// <exception cref="OciHooksException">It is not TOML.</exception>
    internal static TomlText Parse(string file, ReadOnlySpan<byte> text) => Parse(file, TomlReader.Decode(file, text));

    /// <exception cref="OciHooksException">It is not TOML.</exception>
    internal static TomlText Parse(string file, string text) => new TomlReader(file, text).Read();

    /// <summary>Reads a value that stands alone.</summary>
    /// <exception cref="OciHooksException">It is not TOML.</exception>
    internal static TomlValue ParseValue(string value) => Parse(value, $"value = {value}\n").Values[^1];

    /// <summary>The value with that name; null if there is none.</summary>
    internal TomlValue? Find(params IReadOnlyList<string> name) => Values.FirstOrDefault(value => value.Name.SequenceEqual(name));

    /// <summary>Whether a table or a value has a name that begins so.</summary>
    internal bool Has(params IReadOnlyList<string> prefix) =>
        Tables.Any(table => table.Name.Take(prefix.Count).SequenceEqual(prefix))
        || Values.Any(value => value.Name.Take(prefix.Count).SequenceEqual(prefix));

    /// <summary>The string with that name; null if there is none, or it is something else.</summary>
    internal string? String(params IReadOnlyList<string> name) => Find(name)?.String;
}

/// <summary>A table's header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="End">Where the next line begins.</param>
internal sealed record TomlTable(IReadOnlyList<string> Name, int End);
