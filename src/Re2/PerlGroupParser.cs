namespace Re2;

/// <summary>
/// Reads what follows (? : a named group, as in (?P&lt;name&gt; and (?&lt;name&gt;, a group with flags, as in (?i: ,
/// or flags for the rest of the enclosing group, as in (?i) .
/// </summary>
internal sealed class PerlGroupParser(PatternReader reader, ParseFlags flags)
{
    /// <summary>The flags that hold from here on.</summary>
    public ParseFlags Flags { get; private set; } = flags;

    public bool IsCapture { get; private set; }

    public bool OpensGroup { get; private set; }

    /// <summary>Reads the beginning of a group; the reader is at its parenthesis.</summary>
    public void Parse()
    {
        // With nothing after it, a < begins no name.
        ReadOnlySpan<char> rest = reader.Rest;
        if ((rest.StartsWith("(?P<") && rest.Length > 4) || (rest.StartsWith("(?<") && rest.Length > 3))
        {
            ParseName();
        }
        else
        {
            ParseFlagList();
        }
    }

    private void ParseName()
    {
        ReadOnlySpan<char> rest = reader.Rest;
        int end = rest.IndexOf('>') + 1;
        ReadOnlySpan<char> group = end == 0 ? rest : rest[..end];
        ReadOnlySpan<char> name = end == 0 ? [] : group[(group.IndexOf('<') + 1)..^1];
        if (!IsName(name))
        {
            throw new PatternSyntaxException("invalid named capture", group);
        }

        reader.Position += end;
        IsCapture = true;
        OpensGroup = true;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }

    private void ParseFlagList()
    {
        int start = reader.Position;
        reader.Position += 2;
        bool negative = false;
        bool afterFlag = false;
        while (true)
        {
            int c = reader.ReadRune();
            switch (c)
            {
                case 'i' or 'm' or 's' or 'U':
                    Set(c, !negative);
                    afterFlag = true;
                    break;
                case '-' when !negative:
                    negative = true;
                    afterFlag = false;
                    break;
                case ':' or ')' when afterFlag || !negative:
                    OpensGroup = c == ':';
                    return;
                default:
                    throw new PatternSyntaxException("invalid or unsupported Perl syntax", reader.Since(start));
            }
        }
    }

    private void Set(int letter, bool on)
    {
        ParseFlags flag = letter switch
        {
            'i' => ParseFlags.FoldCase,
            'm' => ParseFlags.MultiLine,
            's' => ParseFlags.DotNewline,
            _ => ParseFlags.None,
        };
        Flags = on ? Flags | flag : Flags & ~flag;
    }
}
