using System.Globalization;
using System.Text;

namespace HookCtl.Toml;

/// <summary>TOML's strings, one character for each byte.</summary>
internal static class TomlString
{
    private const string Escapes = "\"\"\\\\b\bt\tn\nf\fr\r";

    /// <summary>
    /// The string that a text in quotes means; null if it is none, one of several lines, or one with U+0000, which is no path or name.
    /// </summary>
    internal static string? Decode(string quoted) =>
        Meant(quoted) is { } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;

    /// <summary>A string in quotes. Control characters are written as escapes.</summary>
    internal static string Quote(string text)
    {
        var result = new StringBuilder("\"", text.Length + 2);
        foreach (char character in text)
        {
            _ = character is '"' or '\\' ? result.Append('\\').Append(character)
                : char.IsControl(character) ? result.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}")
                : result.Append(character);
        }

        return result.Append('"').ToString();
    }

    /// <summary>A key, in quotes if it needs them.</summary>
    internal static string QuoteName(string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-') ? name : Quote(name);

    private static string? Meant(string quoted) => quoted switch
    {
        ['\'', '\'', '\'', ..] or ['"', '"', '"', ..] => null,
        ['\'', .. var literal, '\''] => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(literal)),
        ['"', .. var basic, '"'] => Unescape(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(basic))),
        _ => null,
    };

    private static string? Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                _ = result.Append(text[i]);
                continue;
            }

            char letter = i + 1 < text.Length ? text[++i] : '\0';
            int digits = letter switch { 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0)
            {
                if (i + digits >= text.Length
                    || !int.TryParse(text.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                    || !Rune.IsValid(code))
                {
                    return null;
                }

                _ = result.Append(new Rune(code).ToString());
                i += digits;
                continue;
            }

            int known = Enumerable.Range(0, Escapes.Length / 2).FirstOrDefault(pair => Escapes[2 * pair] == letter, -1);
            if (known < 0)
            {
                return null;
            }

            _ = result.Append(Escapes[(2 * known) + 1]);
        }

        return result.ToString();
    }
}
