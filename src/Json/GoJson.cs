using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Json;

/// <summary>
/// Reads JSON as Go's encoding/json does, because rules and configurations are written for programs in Go: keys without regard
/// to case, invalid UTF-8 replaced, deep nesting.
/// </summary>
internal static class GoJson
{
    /// <summary>How deep Go lets values nest, encoding/json maxNestingDepth.</summary>
    private const int MaxDepth = 10000;

    /// <summary>
    /// The longest string that is decoded, in bytes; one that is not asked for may be longer. The wrapper's memory is small, and the
    /// garbage collector has been seen to crash, not to refuse, where a single object is larger than all of it.
    /// </summary>
    private const int MaxStringLength = 16 * 1024 * 1024;

    /// <summary>How long texts may be that are decoded on the stack.</summary>
    private const int ShortLength = 64;

    /// <summary>Short ASCII keys, as folded, and texts that were read lately: the same few come again and again.</summary>
    private const int KnownLength = 16;
    private const int KnownCount = 64;
    private static readonly string?[] s_knownKeys = new string?[KnownCount];
    private static readonly string?[] s_knownTexts = new string?[KnownCount];

    internal static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Where the text stops being JSON and why; null if it is JSON.</summary>
    internal static JsonProblem? FindSyntaxError(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException problem)
        {
            return Describe(json, problem);
        }
    }

    /// <summary>What a reader of the text threw.</summary>
    internal static JsonProblem Describe(ReadOnlySpan<byte> json, JsonException problem)
    {
        string what = json.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? "is empty"
            : json.StartsWith("\uFEFF"u8) ? "starts with a byte order mark, which JSON does not allow"
            : "is not valid JSON";
        return new JsonProblem(what, (problem.LineNumber ?? 0) + 1, (problem.BytePositionInLine ?? 0) + 1);
    }

    /// <summary>
    /// A key in lower case; as Go folds keys, U+017F counts as s and U+212A as k (encoding/json foldName).
    /// </summary>
    internal static string FoldedKey(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        if (reader.ValueIsEscaped || raw.IsEmpty)
        {
            return Fold(ReadString(ref reader));
        }

        ref string? place = ref Place(s_knownKeys, raw);
        if (place is { } known && Ascii.Equals(raw, known))
        {
            return known;
        }

        string key = Ascii.IsValid(raw) ? LowerAscii(raw) : Fold(ReadString(ref reader));
        if (key.Length <= KnownLength)
        {
            place = key;
        }

        return key;
    }

    private static ref string? Place(string?[] known, ReadOnlySpan<byte> text) =>
        ref known[((text.Length << 4) ^ text[0] ^ (text[^1] << 2)) % KnownCount];

    private static string Fold(string key) => key.ToLowerInvariant().Replace('\u017F', 's').Replace('\u212A', 'k');

    private static string LowerAscii(ReadOnlySpan<byte> ascii)
    {
        Span<char> lower = ascii.Length <= ShortLength ? stackalloc char[ShortLength] : new char[ascii.Length];
        _ = Ascii.ToLower(ascii, lower, out _);
        return new string(lower[..ascii.Length]);
    }

    /// <summary>The text of a string or key.</summary>
    internal static string ReadString(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        if (raw.Length > MaxStringLength)
        {
            throw new InsufficientMemoryException();
        }

        if (!reader.ValueIsEscaped)
        {
            return Decode(raw);
        }

        var text = new StringBuilder(raw.Length);
        for (int escape = raw.IndexOf((byte)'\\'); escape >= 0; escape = raw.IndexOf((byte)'\\'))
        {
            text.Append(Decode(raw[..escape]));
            raw = raw[(escape + 1)..];
            raw = raw[AppendEscape(text, raw)..];
        }

        return text.Append(Decode(raw)).ToString();
    }

    /// <summary>Appends what the escape after a backslash stands for, and returns its length.</summary>
    private static int AppendEscape(StringBuilder text, ReadOnlySpan<byte> escape)
    {
        switch (escape[0])
        {
            case (byte)'b': text.Append('\b'); return 1;
            case (byte)'f': text.Append('\f'); return 1;
            case (byte)'n': text.Append('\n'); return 1;
            case (byte)'r': text.Append('\r'); return 1;
            case (byte)'t': text.Append('\t'); return 1;
            case (byte)'u': return AppendUnicodeEscape(text, escape);
            default: text.Append((char)escape[0]); return 1;
        }
    }

    private static int AppendUnicodeEscape(StringBuilder text, ReadOnlySpan<byte> escape)
    {
        char first = CodeUnit(escape);
        if (!char.IsSurrogate(first))
        {
            text.Append(first);
            return 5;
        }

        bool paired = char.IsHighSurrogate(first) && escape.Length >= 11 && escape[5] == '\\' && escape[6] == 'u'
            && char.IsLowSurrogate(CodeUnit(escape[6..]));
        if (!paired)
        {
            text.Append('\uFFFD');
            return 5;
        }

        text.Append(first).Append(CodeUnit(escape[6..]));
        return 11;
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        (char)int.Parse(escape.Slice(1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>UTF-8 with one U+FFFD for each byte that is not part of a valid character, as Go has it; .NET merges some.</summary>
    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is > 0 and <= KnownLength && Place(s_knownTexts, utf8) is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        // Nearly all are short, and plain ASCII.
        Span<char> plain = stackalloc char[ShortLength];
        if (utf8.Length <= ShortLength && Ascii.ToUtf16(utf8, plain, out int length) == OperationStatus.Done)
        {
            string text = new(plain[..length]);
            if (length is > 0 and <= KnownLength)
            {
                Place(s_knownTexts, utf8) = text;
            }

            return text;
        }

        if (System.Text.Unicode.Utf8.IsValid(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var decoded = new StringBuilder(utf8.Length);
        while (!utf8.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(utf8, out Rune rune, out length) == OperationStatus.Done;
            decoded.Append(rune.ToString());
            utf8 = utf8[(valid ? length : 1)..];
        }

        return decoded.ToString();
    }
}
