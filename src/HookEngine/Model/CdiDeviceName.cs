namespace HookEngine.Model;

/// <summary>
/// A device's qualified name, <c>vendor.com/class=name</c>; Container Device Interface specification, "kind" and "devices".
/// </summary>
/// <param name="Kind">The vendor and the class.</param>
/// <param name="Name">The name.</param>
internal sealed record CdiDeviceName(string Kind, string Name)
{
    internal const string Advice = "write vendor.com/class=name";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}={Name}";

    /// <summary>Parses a qualified name. Returns null if the text is not one.</summary>
    internal static CdiDeviceName? Parse(string text)
    {
        int end = text.IndexOf('=', StringComparison.Ordinal);
        return end > 0 && IsKind(text[..end]) && IsName(text[(end + 1)..]) ? new CdiDeviceName(text[..end], text[(end + 1)..]) : null;
    }

    /// <summary>Whether a text is a vendor and a class.</summary>
    internal static bool IsKind(string text) =>
        text.Split('/') is [var vendor, var kind]
        && Array.TrueForAll([vendor, kind], part => IsWord(part, "") && char.IsAsciiLetter(part[0]));

    /// <summary>Whether a text is valid as the name of a device within its class.</summary>
    internal static bool IsName(string text) => IsWord(text, ":");

    private static bool IsWord(string text, string alsoInside) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(character => char.IsAsciiLetterOrDigit(character) || "_-.".Contains(character, StringComparison.Ordinal)
            || alsoInside.Contains(character, StringComparison.Ordinal));
}
