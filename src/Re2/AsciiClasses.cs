namespace Re2;

/// <summary>The classes with a name of their own in Perl (\d) and in POSIX ([:digit:]); all are ASCII only.</summary>
internal static class AsciiClasses
{
    /// <summary>The class of \d, \s, \w or of their negations, by lower-case letter; null if it is none.</summary>
    public static CharClass? Perl(char letter) => letter switch
    {
        'd' => Of("09"),
        's' => Of("\t\n\f\r  "),
        'w' => Of("09AZ__az"),
        _ => null,
    };

    /// <summary>The class of a POSIX name; null if there is none.</summary>
    public static CharClass? Posix(ReadOnlySpan<char> name) => name switch
    {
        "alnum" => Of("09AZaz"),
        "alpha" => Of("AZaz"),
        "ascii" => Of("\0\u007F"),
        "blank" => Of("\t\t  "),
        "cntrl" => Of("\0\u001F\u007F\u007F"),
        "digit" => Of("09"),
        "graph" => Of("!~"),
        "lower" => Of("az"),
        "print" => Of(" ~"),
        "punct" => Of("!/:@[`{~"),
        "space" => Of("\t\r  "),
        "upper" => Of("AZ"),
        "word" => Of("09AZ__az"),
        "xdigit" => Of("09AFaf"),
        _ => null,
    };

    private static CharClass Of(string bounds)
    {
        int[] runes = new int[bounds.Length];
        for (int i = 0; i < runes.Length; i++)
        {
            runes[i] = bounds[i];
        }

        return new CharClass(runes);
    }
}
