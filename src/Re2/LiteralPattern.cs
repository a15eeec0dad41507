using System.Buffers;
using System.Text;

namespace Re2;

/// <summary>
/// A pattern that is but a text, perhaps held at the beginning or the end: <c>^/bin/sh$</c>, as most patterns of commands are. It needs
/// no program, which takes longer to make than to run.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="IsAtBegin">Whether the input must begin with it.</param>
/// <param name="IsAtEnd">Whether the input must end with it.</param>
internal sealed record LiteralPattern(string Text, bool IsAtBegin, bool IsAtEnd)
{
    /// <summary>Longer ones are left to the parser, which knows what is too large.</summary>
    private const int MaxLength = 1000;

    private static readonly SearchValues<char> s_operators = SearchValues.Create(@"\.+*?()|[]{}^$");

    /// <summary>The literal that an expression is; null if it is more, or if that is not plain.</summary>
    internal static LiteralPattern? Of(string pattern)
    {
        bool isAtBegin = pattern.StartsWith('^');
        bool isAtEnd = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal);
        ReadOnlySpan<char> rest = pattern.AsSpan(isAtBegin ? 1 : 0, Math.Max(pattern.Length - (isAtBegin ? 1 : 0) - (isAtEnd ? 1 : 0), 0));
        if (rest.Length > MaxLength)
        {
            return null;
        }

        // Halves of surrogate pairs, and what stands for one, are more than themselves.
        if (rest.ContainsAnyInRange('\uD800', '\uDFFF') || rest.Contains('\uFFFD'))
        {
            return null;
        }

        return !rest.ContainsAny(s_operators) ? new LiteralPattern(rest.ToString(), isAtBegin, isAtEnd)
            : Unescape(rest) is { } text ? new LiteralPattern(text, isAtBegin, isAtEnd)
            : null;
    }

    /// <summary>The text without the backslashes of escaped operators; null if there are others, or operators that are not escaped.</summary>
    private static string? Unescape(ReadOnlySpan<char> rest)
    {
        var text = new StringBuilder(rest.Length);
        for (int i = 0; i < rest.Length; i++)
        {
            bool isEscaped = rest[i] == '\\';
            i += isEscaped ? 1 : 0;
            if (i == rest.Length || isEscaped != s_operators.Contains(rest[i]))
            {
                return null;
            }

            _ = text.Append(rest[i]);
        }

        return text.ToString();
    }

    /// <summary>Whether the text is where it must be in the input.</summary>
    internal bool IsMatch(string input) => (IsAtBegin, IsAtEnd) switch
    {
        (true, true) => string.Equals(input, Text, StringComparison.Ordinal),
        (true, false) => input.StartsWith(Text, StringComparison.Ordinal),
        (false, true) => input.EndsWith(Text, StringComparison.Ordinal),
        _ => input.Contains(Text, StringComparison.Ordinal),
    };
}
