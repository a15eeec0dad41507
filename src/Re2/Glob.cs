namespace Re2;

/// <summary>
/// Shell patterns, glob(7), held against whole texts: <c>*</c> is any text, slashes too; <c>?</c> any character; <c>[a-z]</c> and
/// <c>[!a-z]</c> one of a set or none of it; <c>\</c> takes the next character as it is.
/// </summary>
internal static class Glob
{
    /// <summary>What is wrong with a pattern; null if nothing is.</summary>
    internal static string? Problem(string pattern)
    {
        for (int at = 0; at < pattern.Length;)
        {
            if (pattern[at] == '\\' && at + 1 == pattern.Length)
            {
                return "ends with a backslash; write \\\\ for one";
            }

            if (pattern[at] == '[' && SetEnd(pattern, at) < 0)
            {
                return "has a [ without its ]; write \\[ for the character";
            }

            at = Next(pattern, at);
        }

        return null;
    }

    /// <summary>Whether the whole text matches. It takes time in proportion to the product of both lengths at most.</summary>
    internal static bool IsMatch(string pattern, string text)
    {
        int at = 0, place = 0, star = -1, held = 0;
        while (place < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, held) = (++at, place);
            }
            else if (at < pattern.Length && Takes(pattern, at, text[place]))
            {
                at = Next(pattern, at);
                place++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more; those before it need not be tried again.
                (at, place) = (star, ++held);
            }
            else
            {
                return false;
            }
        }

        while (at < pattern.Length && pattern[at] == '*')
        {
            at++;
        }

        return at == pattern.Length;
    }

    private static bool Takes(string pattern, int at, char letter) => pattern[at] switch
    {
        '?' => true,
        '\\' => pattern[at + 1] == letter,
        '[' => SetTakes(pattern.AsSpan(at + 1, SetEnd(pattern, at) - at - 1), letter),
        char literal => literal == letter,
    };

    private static int Next(string pattern, int at) => pattern[at] switch
    {
        '\\' => at + 2,
        '[' => SetEnd(pattern, at) + 1,
        _ => at + 1,
    };

    /// <summary>Where a set's ] stands; one that comes first is of the set.</summary>
    private static int SetEnd(string pattern, int at)
    {
        int first = at + 1 < pattern.Length && pattern[at + 1] == '!' ? at + 2 : at + 1;
        return first + 1 >= pattern.Length ? -1 : pattern.IndexOf(']', first + 1);
    }

    private static bool SetTakes(ReadOnlySpan<char> set, char letter)
    {
        bool isNegated = set[0] == '!';
        set = isNegated ? set[1..] : set;
        for (int i = 0; i < set.Length; i++)
        {
            bool isRange = i + 2 < set.Length && set[i + 1] == '-';
            if (isRange ? letter >= set[i] && letter <= set[i + 2] : letter == set[i])
            {
                return !isNegated;
            }

            i += isRange ? 2 : 0;
        }

        return isNegated;
    }
}
