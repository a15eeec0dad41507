using System.Text;
using Json;

namespace HookCtl.Files;

/// <summary>A JSON value to be written: a string, an object of at most one member, or what stands elsewhere in the same layout.</summary>
/// <param name="Text">The string; null for an object.</param>
/// <param name="Key">The member's key; null for none.</param>
/// <param name="Value">The member's value.</param>
/// <param name="Copied">JSON to be written as it is; null for none.</param>
internal sealed record JsonValueText(string? Text, string? Key = null, JsonValueText? Value = null, string? Copied = null)
{
    internal static JsonValueText Copy(string json) => new(null, Copied: json);


    internal static JsonValueText Object(string key, JsonValueText value) => new(null, key, value);

    internal static JsonValueText EmptyObject { get; } = new((string?)null);
}

/// <summary>How an object is laid out, for new members to be like the old ones.</summary>
/// <param name="Newline">What ends lines.</param>
/// <param name="Lines">Whether each member has lines of its own.</param>
/// <param name="Indentation">What stands before a member on its line.</param>
/// <param name="Unit">One level of indentation.</param>
/// <param name="Spaced">Whether there is a space behind colons and commas.</param>
internal sealed record JsonLayout(string Newline, bool Lines, string Indentation, string Unit, bool Spaced)
{
    private string Space => Spaced ? " " : "";

    /// <summary>What stands before a member.</summary>
    internal string Gap => Lines ? Newline + Indentation : Space;

    /// <summary>As <see cref="Gap"/>, but on a new line in any case: a comment may stand before it.</summary>
    internal string LineGap => Newline + Indentation;

    /// <summary>What stands before the closing brace.</summary>
    internal string ClosingGap =>
        Lines ? Newline + (Indentation.EndsWith(Unit, StringComparison.Ordinal) ? Indentation[..^Unit.Length] : "") : "";

    internal string Member(string key, JsonValueText value) => $"{Quoted(key)}:{Space}{Render(value)}";

    internal string Render(JsonValueText value)
    {
        if ((value.Copied ?? (value.Text is { } text ? Quoted(text) : null)) is { } written)
        {
            return written;
        }

        if (value.Key is null)
        {
            return "{}";
        }

        JsonLayout inner = this with { Indentation = Indentation + Unit };
        string member = inner.Member(value.Key, value.Value!);
        return Lines ? $"{{{inner.Gap}{member}{Gap}}}" : $"{{{member}}}";
    }

    internal static string Quoted(string text) => Encoding.UTF8.GetString(new JsonText().String(text).Span);
}
