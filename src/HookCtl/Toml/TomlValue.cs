using Json;
using Tomlyn.Syntax;

namespace HookCtl.Toml;

/// <summary>A value of a TOML text.</summary>
/// <param name="Name">Its table's name and its key, as one list; an element has the name of its array.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Syntax">What it is.</param>
internal sealed record TomlValue(IReadOnlyList<string> Name, string Text, ValueSyntax Syntax)
{
    /// <summary>Where it stands.</summary>
    internal TextRange Place => new(Syntax.Span.Start.Offset, Syntax.Span.End.Offset + 1);

    /// <summary>The string that it is; null if it is something else, or has U+0000, which is in no path or name.</summary>
    internal string? String => Syntax is StringValueSyntax { Value: { } text } && !text.Contains('\0', StringComparison.Ordinal) ? text : null;

    /// <summary>Its elements; null if it is no array.</summary>
    internal IReadOnlyList<TomlValue>? Elements =>
        Syntax is ArraySyntax array ? [.. array.Items.Select(item => this with { Syntax = item.Value! })] : null;

    /// <summary>The strings among its elements, or the one that it is itself.</summary>
    internal IReadOnlyList<string> Strings =>
        String is { } single ? [single] : [.. (Elements ?? []).Select(element => element.String).OfType<string>()];

    internal bool IsInlineTable => Syntax is InlineTableSyntax;

    /// <summary>What it means, written in one way: strings with quotation marks, arrays on one line.</summary>
    internal string Meaning => this switch
    {
        { String: { } text } => TomlString.Quote(text),
        { Elements: { } elements } => $"[{string.Join(", ", elements.Select(element => element.Meaning))}]",
        { Place: var place } => Text[place.Start..place.End],
    };
}
