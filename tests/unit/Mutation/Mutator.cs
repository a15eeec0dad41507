using System.Text;

namespace Tests.Unit.Mutation;

/// <summary>Makes inputs out of good ones: the same for the same number, so that what was found once is found again.</summary>
internal sealed class Mutator(ulong number)
{
    /// <summary>What stands in for a value, or between others.</summary>
    private static readonly byte[][] s_tokens =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-1", "1.5", "1e999", "-0", "9223372036854775807", "9223372036854775808", "2147483648", "4294967296",
            "123456789012345678901234567890", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u017f\"", "[]", "{}", "[[]]", "[null]",
            "{\"a\":1}", ",", ":", "{", "}", "[", "]", "\"", "\\", "\n", "\r\n", "\t", "#", "//", "/*", "*/", "=", "--", "---", "- ", "&a ", "*a", "!!binary ",
            "|\n", ">\n", "'", "\"\"\"", "'''", "%", "..", "/", "\0", "{{", "}}", "(?i)", "[^", "{1000}", "\uFEFF", "é", "😀",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ];

    private static readonly (string Open, string Close)[] s_nests = [("[", "]"), ("{\"a\":", "}"), ("{\"not\":", "}"), ("[", ""), ("{a: ", "}"), ("(", ")")];

    private ulong _state = (number + 1) * 0x9E3779B97F4A7C15;

    /// <summary>One input, of one of the good ones.</summary>
    internal byte[] Make(IReadOnlyList<byte[]> good)
    {
        byte[] text = good[Below(good.Count)];
        for (int count = 1 + Below(4); count > 0; count--)
        {
            text = Change(text, good);
        }

        return text;
    }

    private byte[] Change(byte[] text, IReadOnlyList<byte[]> good)
    {
        int place = Below(text.Length + 1);
        int length = Below(Math.Min(text.Length - place, 1 << Below(10)) + 1);
        switch (Below(16))
        {
            case 0:
                return Replace(text, place, Math.Min(1, text.Length - place), [(byte)Below(256)]);
            case 1 when place < text.Length:
                return Replace(text, place, 1, [(byte)(text[place] ^ (1 << Below(8)))]);
            case 2:
                return text[..place];
            case 3:
                return Replace(text, place, length, []);
            case 4:
                return Replace(text, place, 0, [.. Enumerable.Repeat(text[place..(place + length)], 1 + Below(3)).SelectMany(part => part)]);
            case 5:
                byte[] other = good[Below(good.Count)];
                int from = Below(other.Length + 1);
                return Replace(text, place, length, other[from..(from + Below(other.Length - from + 1))]);
            case 6:
                return Replace(text, place, 0, Token());
            case 7 when Below(8) == 0:
                (string open, string close) = s_nests[Below(s_nests.Length)];
                int depth = 1 << Below(15);
                return Replace(text, place, 0, Encoding.UTF8.GetBytes(new StringBuilder().Insert(0, open, depth).Append('1').Insert(
                    (open.Length * depth) + 1, close, depth).ToString()));
            case 8:
                return Nest(text);
            default:
                (int start, int end) = Value(text, place);
                return Replace(text, start, end - start, Token());
        }
    }

    /// <summary>Puts a value into as many as may be of what it is in: what is good stays so, but for being deep.</summary>
    private byte[] Nest(byte[] text)
    {
        int start = text.AsSpan().IndexOfAny((byte)'{', (byte)'[');
        return start < 0 ? text : Replace(text, start, 0, text[start..(start + Below(text.Length - start + 1))]);
    }

    private byte[] Token() => s_tokens[Below(s_tokens.Length)];

    /// <summary>The string, number or word at a place, or behind it; nothing at the end.</summary>
    private static (int Start, int End) Value(byte[] text, int place)
    {
        int start = place;
        while (start < text.Length && !IsWord(text[start]) && text[start] != '"')
        {
            start++;
        }

        int end = start;
        if (start < text.Length && text[start] == '"')
        {
            int close = text.AsSpan(start + 1).IndexOf((byte)'"');
            return close < 0 ? (start, text.Length) : (start, start + close + 2);
        }

        while (end < text.Length && IsWord(text[end]))
        {
            end++;
        }

        return (start, end);
    }

    private static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'+' or (byte)'.' or (byte)'_';

    private static byte[] Replace(byte[] text, int place, int length, byte[] with) => [.. text[..place], .. with, .. text[(place + length)..]];

    /// <summary>A number from 0 up to another; xorshift*.</summary>
    private int Below(int limit)
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (int)((_state * 0x2545F4914F6CDD1D >> 33) % (ulong)limit);
    }
}
