namespace Re2;

/// <summary>Reads character classes: bracket expressions, and the escapes \d, \pL and their like.</summary>
internal sealed class CharClassParser(PatternReader reader)
{
    /// <summary>
    /// The limit on what all classes of an expression take, in bounds of ranges. Go's is 32 times that, for 128 MB.
    /// </summary>
    private const int MaxBounds = 1 << 20;

    private readonly Dictionary<string, CharClass> _unicodeClasses = [];
    private int _bounds;

    /// <summary>Reads a bracket expression; the reader is at its [.</summary>
    public CharClass ParseBracket(ParseFlags flags)
    {
        int start = reader.Position++;
        bool negated = reader.Accept('^');
        var groups = new CharClassBuilder();
        var characters = new CharClassBuilder();
        for (bool first = true; first || !reader.LooksAt(']'); first = false)
        {
            CharClass? group = TryParsePosix(flags) ?? TryParseEscape(flags);
            if (group is null)
            {
                AddRange(characters, start);
            }
            else
            {
                groups.Add(group);
            }
        }

        reader.Position++;
        groups.Add(Folded(characters.Build(), flags));
        return Limited(negated ? groups.BuildNegated() : groups.Build());
    }

    /// <summary>Reads an escape that stands for a class, if the reader is at one.</summary>
    public CharClass? TryParseEscape(ParseFlags flags)
    {
        ReadOnlySpan<char> rest = reader.Rest;
        if (rest.Length < 2 || rest[0] != '\\')
        {
            return null;
        }

        if (rest[1] is 'p' or 'P')
        {
            return ParseUnicode(flags);
        }

        CharClass? perl = AsciiClasses.Perl(char.ToLowerInvariant(rest[1]));
        if (perl is null)
        {
            return null;
        }

        reader.Position += 2;
        return Group(perl, char.IsAsciiLetterUpper(rest[1]), flags);
    }

    /// <summary>Counts a class towards the limit on all of them.</summary>
    public CharClass Limited(CharClass charClass)
    {
        _bounds += charClass.Bounds.Length;
        return _bounds <= MaxBounds ? charClass : throw new PatternSyntaxException("expression too large");
    }

    /// <summary>A class that matches as the flags say.</summary>
    public static CharClass Folded(CharClass charClass, ParseFlags flags) =>
        flags.HasFlag(ParseFlags.FoldCase) ? CaseFolding.Fold(charClass) : charClass;

    /// <summary>A class or its complement; what is negated is what would match without the negation.</summary>
    private static CharClass Group(CharClass charClass, bool negated, ParseFlags flags)
    {
        CharClass folded = Folded(charClass, flags);
        if (!negated)
        {
            return folded;
        }

        var members = new CharClassBuilder();
        members.Add(folded);
        return members.BuildNegated();
    }

    /// <summary>Reads [:name:] or [:^name:], if the reader is at one.</summary>
    private CharClass? TryParsePosix(ParseFlags flags)
    {
        ReadOnlySpan<char> rest = reader.Rest;
        int end = rest.StartsWith("[:") ? rest[2..].IndexOf(":]") : -1;
        if (end < 0)
        {
            return null;
        }

        ReadOnlySpan<char> name = rest.Slice(2, end);
        bool negated = name.StartsWith('^');
        CharClass posix = AsciiClasses.Posix(negated ? name[1..] : name)
            ?? throw InvalidRange(rest[..(end + 4)]);
        reader.Position += end + 4;
        return Group(posix, negated, flags);
    }

    /// <summary>Reads \pN, \p{Name}, \p{^Name} or the same with P.</summary>
    private CharClass ParseUnicode(ParseFlags flags)
    {
        int start = reader.Position;
        reader.Position += 2;
        if (reader.ReadRune() == '{')
        {
            int end = reader.Rest.IndexOf('}');
            reader.Position = end < 0 ? reader.Text.Length : reader.Position + end + 1;
        }

        string escape = reader.Since(start).ToString();
        string key = flags.HasFlag(ParseFlags.FoldCase) ? "i" + escape : escape;
        if (!_unicodeClasses.TryGetValue(key, out CharClass? found))
        {
            found = Limited(FindUnicode(escape, flags));
            _unicodeClasses.Add(key, found);
        }

        return found;
    }

    private static CharClass FindUnicode(string escape, ParseFlags flags)
    {
        bool negated = escape[1] == 'P';
        ReadOnlySpan<char> name = escape.AsSpan(2);
        if (name.StartsWith('{'))
        {
            // Without its closing brace it is not a name.
            name = name.EndsWith('}') ? name[1..^1] : [];
        }

        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        CharClass named = UnicodeClasses.Find(name) ?? throw InvalidRange(escape);
        return Group(named, negated, flags);
    }

    /// <summary>Reads a character or a range of a bracket expression.</summary>
    private void AddRange(CharClassBuilder characters, int bracket)
    {
        int start = reader.Position;
        int first = ParseCharacter(bracket);
        int last = first;

        // A - before the closing ] is a character.
        if (reader.LooksAt('-') && reader.Rest.Length >= 2 && reader.Rest[1] != ']')
        {
            reader.Position++;
            last = ParseCharacter(bracket);
            if (last < first)
            {
                throw InvalidRange(reader.Since(start));
            }
        }

        characters.Add(first, last);
    }

    private int ParseCharacter(int bracket)
    {
        if (reader.AtEnd)
        {
            throw new PatternSyntaxException("missing closing ]", reader.Text.AsSpan(bracket));
        }

        return reader.LooksAt('\\') ? EscapeParser.Parse(reader) : reader.ReadRune();
    }

    private static PatternSyntaxException InvalidRange(ReadOnlySpan<char> expression) =>
        new("invalid character class range", expression);
}
