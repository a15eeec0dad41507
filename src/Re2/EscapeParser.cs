namespace Re2;

/// <summary>Reads the escape sequences that stand for one code point.</summary>
internal static class EscapeParser
{
    /// <summary>Reads an escape sequence; the reader is at its backslash.</summary>
    public static int Parse(PatternReader reader)
    {
        int start = reader.Position++;
        int letter = reader.ReadRune();
        int rune = letter switch
        {
            PatternReader.End => throw new PatternSyntaxException("trailing backslash at end of expression", ""),
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            'x' => ParseHex(reader),
            >= '0' and <= '7' => ParseOctal(reader, letter - '0'),
            < 0x80 when !char.IsAsciiLetterOrDigit((char)letter) => letter,
            _ => PatternReader.End,
        };
        return rune >= 0
            ? rune
            : throw new PatternSyntaxException("invalid escape sequence", reader.Since(start));
    }

    /// <summary>Reads what follows the first digit; a single digit but 0 would be a backreference.</summary>
    private static int ParseOctal(PatternReader reader, int value)
    {
        if (value != 0 && !LooksAtOctal(reader))
        {
            return PatternReader.End;
        }

        for (int digits = 1; digits < 3 && LooksAtOctal(reader); digits++)
        {
            value = (8 * value) + reader.ReadRune() - '0';
        }

        return value;
    }

    private static bool LooksAtOctal(PatternReader reader) =>
        !reader.AtEnd && reader.Rest[0] is >= '0' and <= '7';

    /// <summary>Reads two digits, or any number of them in braces.</summary>
    private static int ParseHex(PatternReader reader)
    {
        if (reader.AtEnd)
        {
            return PatternReader.End;
        }

        if (reader.Accept('{'))
        {
            return ParseBracedHex(reader);
        }

        int high = HexValue(reader.ReadRune());
        int low = HexValue(reader.ReadRune());
        return high < 0 || low < 0 ? PatternReader.End : (16 * high) + low;
    }

    private static int ParseBracedHex(PatternReader reader)
    {
        int value = PatternReader.End;
        for (int c = reader.ReadRune(); c != '}'; c = reader.ReadRune())
        {
            int digit = HexValue(c);
            value = (16 * Math.Max(0, value)) + digit;
            if (digit < 0 || value > CharClass.MaxRune)
            {
                return PatternReader.End;
            }
        }

        return value;
    }

    private static int HexValue(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => -1,
    };
}
