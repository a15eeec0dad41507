using System.Globalization;
using System.Text.Json;

namespace HookCtl.Files;

/// <summary>
/// JSON as engines read it, which are written in Go: half a surrogate pair is U+FFFD. .NET takes such a text, and throws when the string is
/// asked for. So no engine's JSON is parsed elsewhere.
/// </summary>
internal static class EngineJson
{
    private const int EscapeLength = 6; // \u1234

    /// <summary>The root of a text; null if it is no JSON.</summary>
    internal static JsonElement? Parse(string text, JsonCommentHandling comments = JsonCommentHandling.Disallow)
    {
        char[] repaired = text.ToCharArray();
        ReplaceInvalid(repaired);
        try
        {
            return JsonDocument.Parse(repaired, new JsonDocumentOptions { CommentHandling = comments }).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the escape of U+FFFD over each escape of half a pair, which is as long.</summary>
    private static void ReplaceInvalid(Span<char> text)
    {
        for (int next; (next = text.IndexOf('\\')) >= 0;)
        {
            text = text[next..];
            bool isPair = IsEscape(text, char.IsHighSurrogate) && IsEscape(text[EscapeLength..], char.IsLowSurrogate);
            if (!isPair && IsEscape(text, char.IsSurrogate))
            {
                "\\ufffd".CopyTo(text);
            }

            text = text[Math.Min(isPair ? 2 * EscapeLength : 2, text.Length)..];
        }
    }

    private static bool IsEscape(ReadOnlySpan<char> text, Func<char, bool> isMeant) =>
        text.StartsWith("\\u")
        && text.Length >= EscapeLength
        && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
        && isMeant((char)unit);
}
