namespace Re2;

/// <summary>
/// Reads an expression into a tree. Groups are kept on a stack of its own, so that no nesting exhausts that of the
/// thread.
/// </summary>
internal sealed class Parser
{
    private readonly PatternReader _reader;
    private readonly CharClassParser _classes;

    /// <summary>For each open group the complete alternatives, then the items of the one being read.</summary>
    private readonly List<Node> _nodes = [];
    private readonly Stack<Group> _enclosing = new();

    // The most frequent leaves, each of which one node can stand for.
    private readonly Node?[] _asciiLiterals = new Node?[0x80];
    private Node? _any;
    private Node? _anyButNewline;

    private Group _group;
    private ParseFlags _flags;

    /// <summary>Where the repetition operator just read begins, or -1.</summary>
    private int _lastRepeat = -1;

    public Parser(string pattern)
    {
        _reader = new PatternReader(pattern);
        _classes = new CharClassParser(_reader);
    }

    public Node Parse()
    {
        while (!_reader.AtEnd)
        {
            int start = _reader.Position;
            _lastRepeat = ParseItem() ? start : -1;
        }

        Node whole = CloseAlternation();
        return _enclosing.Count == 0
            ? whole
            : throw new PatternSyntaxException("missing closing )", _reader.Text);
    }

    /// <summary>Reads what comes next, and tells whether it was a repetition operator.</summary>
    private bool ParseItem()
    {
        switch (_reader.Rest[0])
        {
            case '(':
                OpenGroup();
                return false;
            case ')':
                CloseGroup();
                return false;
            case '|':
                _reader.Position++;
                CloseConcatenation();
                return false;
            case '*' or '+' or '?' or '{':
                return ParseRepetition();
            default:
                ParseSingle();
                return false;
        }
    }

    /// <summary>Reads an item that neither nests nor changes the one before it.</summary>
    private void ParseSingle()
    {
        bool multiLine = _flags.HasFlag(ParseFlags.MultiLine);
        switch (_reader.Rest[0])
        {
            case '^':
                AddAssertion(multiLine ? Assertion.BeginLine : Assertion.BeginText, 1);
                break;
            case '$':
                AddAssertion(multiLine ? Assertion.EndLine : Assertion.EndText, 1);
                break;
            case '.':
                _reader.Position++;
                _nodes.Add(AnyCharacter());
                break;
            case '[':
                AddClass(_classes.ParseBracket(_flags));
                break;
            case '\\':
                ParseEscape();
                break;
            default:
                AddLiteral(_reader.ReadRune());
                break;
        }
    }

    private void ParseEscape()
    {
        switch (_reader.Rest.Length > 1 ? _reader.Rest[1] : '\0')
        {
            case 'A':
                AddAssertion(Assertion.BeginText, 2);
                break;
            case 'z':
                AddAssertion(Assertion.EndText, 2);
                break;
            case 'b':
                AddAssertion(Assertion.WordBoundary, 2);
                break;
            case 'B':
                AddAssertion(Assertion.NoWordBoundary, 2);
                break;
            case 'Q':
                ParseQuotation();
                break;
            default:
                ParseCharacterEscape();
                break;
        }
    }

    private void ParseCharacterEscape()
    {
        if (_classes.TryParseEscape(_flags) is { } charClass)
        {
            AddClass(charClass);
        }
        else
        {
            AddLiteral(EscapeParser.Parse(_reader));
        }
    }

    /// <summary>Reads \Q...\E; without \E all the rest is literal.</summary>
    private void ParseQuotation()
    {
        _reader.Position += 2;
        int length = _reader.Rest.IndexOf("\\E");
        int end = length < 0 ? _reader.Text.Length : _reader.Position + length;
        while (_reader.Position < end)
        {
            AddLiteral(_reader.ReadRune());
        }

        _reader.Position = length < 0 ? end : end + 2;
    }

    private void AddAssertion(Assertion assertion, int length)
    {
        _reader.Position += length;
        _nodes.Add(Node.Of(assertion));
    }

    private void AddClass(CharClass charClass) => _nodes.Add(Node.Of(charClass));

    private void AddLiteral(int rune)
    {
        if (rune >= _asciiLiterals.Length || _flags.HasFlag(ParseFlags.FoldCase))
        {
            AddClass(_classes.Limited(CharClassParser.Folded(new CharClass([rune, rune]), _flags)));
        }
        else
        {
            _nodes.Add(_asciiLiterals[rune] ??= Node.Of(new CharClass([rune, rune])));
        }
    }

    private Node AnyCharacter() => _flags.HasFlag(ParseFlags.DotNewline)
        ? _any ??= Node.Of(new CharClass([0, CharClass.MaxRune]))
        : _anyButNewline ??= Node.Of(new CharClass([0, '\n' - 1, '\n' + 1, CharClass.MaxRune]));

    private void OpenGroup()
    {
        ParseFlags outer = _flags;
        bool capturing = true;
        if (_reader.LooksAt("(?"))
        {
            var perl = new PerlGroupParser(_reader, _flags);
            perl.Parse();
            _flags = perl.Flags;
            capturing = perl.IsCapture;
            if (!perl.OpensGroup)
            {
                return;
            }
        }
        else
        {
            _reader.Position++;
        }

        _enclosing.Push(_group);
        _group = new Group(outer, capturing, _nodes.Count);
    }

    private void CloseGroup()
    {
        Node closed = CloseAlternation();
        if (_enclosing.Count == 0)
        {
            throw new PatternSyntaxException("unexpected )", _reader.Text);
        }

        _reader.Position++;
        _nodes.Add(_group.Capturing ? Node.Capture(closed) : closed);
        _flags = _group.OuterFlags;
        _group = _enclosing.Pop();
    }

    /// <summary>Makes one alternative of the items read since the last |.</summary>
    private void CloseConcatenation()
    {
        Node[] items = TakeFrom(_group.FirstItem);
        _nodes.Add(items.Length switch
        {
            0 => Node.Empty(),
            1 => items[0],
            _ => Node.Concat(items),
        });
        _group.FirstItem = _nodes.Count;
    }

    /// <summary>Takes everything the current group holds.</summary>
    private Node CloseAlternation()
    {
        CloseConcatenation();
        Node[] alternatives = Alternatives.MergeClasses(TakeFrom(_group.FirstAlternative), _classes);
        return alternatives.Length == 1 ? alternatives[0] : Node.Alternate(alternatives);
    }

    private Node[] TakeFrom(int index)
    {
        Node[] taken = [.. _nodes[index..]];
        _nodes.RemoveRange(index, taken.Length);
        return taken;
    }

    /// <summary>Reads a repetition operator. A { that begins none is a literal, and then the result is false.</summary>
    private bool ParseRepetition()
    {
        int start = _reader.Position;
        if (!RepeatOperator.TryParse(_reader, out RepeatOperator repeat))
        {
            AddLiteral(_reader.ReadRune());
            return false;
        }

        _reader.Accept('?');
        if (_lastRepeat >= 0)
        {
            throw new PatternSyntaxException("invalid nested repetition operator", _reader.Since(_lastRepeat));
        }

        if (_nodes.Count == _group.FirstItem)
        {
            throw new PatternSyntaxException("missing argument to repetition operator", _reader.Since(start));
        }

        Node repeated = repeat.Apply(_nodes[^1]);
        if (repeated.Copies > RepeatOperator.MaxCount)
        {
            throw RepeatOperator.InvalidCount(_reader.Since(start));
        }

        _nodes[^1] = repeated;
        return true;
    }

    /// <summary>What is to be known of an open group.</summary>
    private struct Group(ParseFlags outerFlags, bool capturing, int firstNode)
    {
        public readonly ParseFlags OuterFlags = outerFlags;
        public readonly bool Capturing = capturing;

        /// <summary>Where in the list of nodes its alternatives begin.</summary>
        public readonly int FirstAlternative = firstNode;

        /// <summary>Where in the list of nodes the items of its last alternative begin.</summary>
        public int FirstItem = firstNode;
    }
}
