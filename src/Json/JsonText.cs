using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Json;

/// <summary>
/// Builds JSON. The framework's Utf8JsonWriter does the same, but its escaping tables take longer to set up than everything
/// else that happens when a container is created.
/// </summary>
internal sealed class JsonText
{
    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>What was built so far.</summary>
    internal ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    internal byte[] ToArray() => Span.ToArray();

    /// <summary>Punctuation, or text that is JSON already.</summary>
    internal JsonText Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Reserve(json.Length));
        _length += json.Length;
        return this;
    }

    /// <summary>A comma, unless nothing stands before what comes next in its list.</summary>
    internal JsonText Separator() => _length == 0 || _bytes[_length - 1] is (byte)'[' or (byte)'{' ? this : Raw(","u8);

    internal JsonText Number(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int written);
        _length += written;
        return this;
    }

    /// <summary>A number, as short as it can be read again.</summary>
    internal JsonText Number(double value)
    {
        value.TryFormat(Reserve(32), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    /// <summary>
    /// A string. Control characters and Unicode's own line breaks are escaped, also those that JSON does not ask for: a line stays one for
    /// every reader, and nothing moves a terminal's cursor.
    /// </summary>
    internal JsonText String(string value)
    {
        // Each UTF-16 unit takes at most six bytes, as an escape.
        Span<byte> result = Reserve((6 * value.Length) + 2);
        int length = 0;
        result[length++] = (byte)'"';
        int plain = 0;
        for (; plain < value.Length && value[plain] is >= ' ' and <= '~' and not ('"' or '\\'); plain++)
        {
            result[length++] = (byte)value[plain];
        }

        foreach (Rune rune in value.AsSpan(plain).EnumerateRunes())
        {
            length += rune.Value is < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or '"' or '\\'
                ? Escape((char)rune.Value, result[length..])
                : rune.EncodeToUtf8(result[length..]);
        }

        result[length++] = (byte)'"';
        _length += length;
        return this;
    }

    internal JsonText Strings(IReadOnlyList<string> values)
    {
        Raw("["u8);
        foreach (string value in values)
        {
            Separator().String(value);
        }

        return Raw("]"u8);
    }

    internal JsonText Base64(ReadOnlySpan<byte> value)
    {
        Span<byte> result = Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(value.Length) + 2);
        result[0] = (byte)'"';
        System.Buffers.Text.Base64.EncodeToUtf8(value, result[1..], out _, out int written);
        result[written + 1] = (byte)'"';
        _length += written + 2;
        return this;
    }

    private static int Escape(char character, Span<byte> result)
    {
        char letter = character switch
        {
            '"' or '\\' => character,
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => '\0',
        };
        if (letter != 0)
        {
            result[0] = (byte)'\\';
            result[1] = (byte)letter;
            return 2;
        }

        "\\u"u8.CopyTo(result);
        for (int i = 2; i < 6; i++)
        {
            result[i] = "0123456789abcdef"u8[(character >> (4 * (5 - i))) & 0xF];
        }

        return 6;
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        }

        return _bytes.AsSpan(_length);
    }
}
