using System.Text;
using HookEngine;
using HookEngine.Json;

namespace HookCtl.Toml;

/// <summary>
/// A TOML text and where its tables and values stand, so that it can be edited with everything else left as it is. It knows as much of
/// TOML as that takes: what is no TOML in other ways is the engine's to refuse.
/// </summary>
internal sealed class TomlText
{
    private readonly List<TomlTable> _tables = [];
    private readonly List<TomlValue> _values = [];

    private TomlText(string characters) => Characters = characters;

    /// <summary>The text, one character for each byte (Latin-1), so that places are the same in both.</summary>
    internal string Characters { get; }

    /// <summary>The tables with headers.</summary>
    internal IReadOnlyList<TomlTable> Tables => _tables;

    /// <summary>The values outside of arrays; those of an inline table stand before the table itself.</summary>
    internal IReadOnlyList<TomlValue> Values => _values;

    /// <exception cref="OciHooksException">It is not TOML.</exception>
    internal static TomlText Parse(string file, ReadOnlySpan<byte> text)
    {
        var parsed = new TomlText(Encoding.Latin1.GetString(text));
        var cursor = new TomlCursor(file, parsed.Characters);
        IReadOnlyList<string> table = [];
        while (cursor.SkipBlank())
        {
            if (cursor.TryReadHeader(out List<string> header))
            {
                table = header;
                parsed._tables.Add(new TomlTable(header, cursor.EndOfLine()));
                continue;
            }

            List<string> name = [.. table, .. cursor.ReadKey('=')];
            TextRange place = cursor.ReadValue((inner, at) => parsed._values.Add(new TomlValue([.. name, .. inner], at)));
            parsed._values.Add(new TomlValue(name, place));
        }

        return parsed;
    }

    /// <summary>The value with that name; null if there is none.</summary>
    internal TextRange? Find(params IReadOnlyList<string> name) => _values.Find(value => value.Name.SequenceEqual(name))?.Place;

    /// <summary>Whether a table or a value has a name that begins so.</summary>
    internal bool Has(params IReadOnlyList<string> prefix) =>
        _tables.Exists(table => table.Name.Take(prefix.Count).SequenceEqual(prefix))
        || _values.Exists(value => value.Name.Take(prefix.Count).SequenceEqual(prefix));

    /// <summary>The string with that name; null if there is none, or it is something else.</summary>
    internal string? String(params IReadOnlyList<string> name) => Find(name) is { } place ? String(place) : null;

    /// <summary>The string that a value is; null if it is something else.</summary>
    internal string? String(TextRange place) => TomlString.Decode(Characters[place.Start..place.End]);

    /// <summary>Whether a value is an inline table.</summary>
    internal bool IsInlineTable(TextRange place) => Characters[place.Start] == '{';

    /// <summary>
    /// What a value means, written in one way: strings with quotation marks, arrays on one line. A string of several lines is as it stands.
    /// </summary>
    internal string Meaning(TextRange place) =>
        String(place) is { } text ? TomlString.Quote(text)
        : Elements(place) is { } elements ? $"[{string.Join(", ", elements.Select(Meaning))}]"
        : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Characters[place.Start..place.End]));

    /// <summary>Where the elements of an array stand; null if the value is no array.</summary>
    internal List<TextRange>? Elements(TextRange array)
    {
        if (Characters[array.Start] != '[')
        {
            return null;
        }

        var cursor = new TomlCursor("", Characters, array.Start + 1);
        var elements = new List<TextRange>();
        while (cursor.SkipBlank() && cursor.At < array.End - 1)
        {
            elements.Add(cursor.ReadValue());
            _ = cursor.SkipBlank();
            _ = cursor.Skip(',');
        }

        return elements;
    }
}

/// <summary>A table's header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="End">Where the next line begins.</param>
internal sealed record TomlTable(IReadOnlyList<string> Name, int End);

/// <summary>A value.</summary>
/// <param name="Name">Its table's name and its key, as one list.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record TomlValue(IReadOnlyList<string> Name, TextRange Place);
