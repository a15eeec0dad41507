namespace Re2;

/// <summary>Follows all instructions of a <see cref="Prog"/> that the text read so far may have led to.</summary>
/// <remarks>
/// A state is the set of these instructions, after all that need no further character have been followed: only
/// assertions that look ahead wait for one. The search is not anchored: it begins anew at each position.
/// </remarks>
internal sealed class Nfa
{
    /// <summary>How many words the sets of <see cref="_accepting"/> may take together: 4 MB.</summary>
    private const int AcceptingBudget = 1 << 19;

    private readonly Prog _prog;

    /// <summary>
    /// For each symbol seen, the set of the instructions that accept it; then the set of those words of that set
    /// that have been needed, and so are known.
    /// </summary>
    private readonly ulong[]?[] _accepting;
    private int _acceptingWords;

    /// <summary>What each position but the first begins with; that of a line may begin with more.</summary>
    private readonly ulong[] _restart;
    private readonly ulong[] _lineRestart;
    private readonly bool _mayRestart;

    private ulong[] _current;
    private ulong[] _next;
    private CharKind _previous;
    private bool _isEmpty;

    /// <summary>The instructions that <see cref="Follow"/> has still to go to.</summary>
    private int[] _pending = new int[16];

    public Nfa(Prog prog)
    {
        _prog = prog;
        _accepting = new ulong[prog.Alphabet.Count][];
        _current = BitSet.Create(prog.Insts.Length);
        _next = BitSet.Create(prog.Insts.Length);
        _restart = BitSet.Create(prog.Insts.Length);
        Follow(prog.Start, _restart, CharKind.Other, CharKind.Unknown);
        _lineRestart = _restart;
        if (prog.DistinguishesLines)
        {
            _lineRestart = BitSet.Create(prog.Insts.Length);
            Follow(prog.Start, _lineRestart, CharKind.Newline, CharKind.Unknown);
        }

        _mayRestart = BitSet.Intersect(_lineRestart, prog.Kept);
    }

    /// <summary>Whether no text that follows can make the text match.</summary>
    public bool IsDead => _isEmpty && !_mayRestart;

    /// <summary>The instructions of the state.</summary>
    public ReadOnlySpan<ulong> State => _current;

    /// <summary>The kind of the last character, as far as the state depends on it.</summary>
    public CharKind Previous =>
        _prog.HasLookahead && BitSet.Intersect(_current, _prog.LooksAhead) ? _previous : CharKind.Other;

    /// <summary>Whether the pattern matches anywhere in a text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text) => Begin() || Continue(text);

    /// <summary>Whether the pattern matches, given the state so far, with the rest of the text.</summary>
    public bool Continue(ReadOnlySpan<char> rest)
    {
        int position = 0;
        while (position < rest.Length && !IsDead)
        {
            if (Step(_prog.Alphabet.Read(rest, ref position)))
            {
                return true;
            }
        }

        return End();
    }

    /// <summary>Goes to the state before any text, and tells whether the pattern matches there.</summary>
    public bool Begin()
    {
        Array.Clear(_current);
        _previous = CharKind.Edge;
        return Follow(_prog.Start, _current, CharKind.Edge, CharKind.Unknown);
    }

    /// <summary>Goes to the state of another moment.</summary>
    public void Load(ReadOnlySpan<ulong> state, CharKind previous)
    {
        state.CopyTo(_current);
        _previous = previous;
    }

    /// <summary>Goes on by a character, and tells whether the pattern matches before or after it.</summary>
    public bool Step(int symbol)
    {
        CharKind kind = _prog.Alphabet.KindOf(symbol);
        if (LookAhead(kind))
        {
            return true;
        }

        (kind == CharKind.Newline ? _lineRestart : _restart).CopyTo(_next, 0);
        if (Advance(symbol, kind))
        {
            return true;
        }

        (_current, _next) = (_next, _current);
        _previous = kind;
        _isEmpty = !BitSet.IntersectWith(_current, _prog.Kept);
        return false;
    }

    /// <summary>Whether the pattern matches if the text ends here. The state is of no use afterwards.</summary>
    public bool End() => LookAhead(CharKind.Edge);

    /// <summary>Decides the assertions that waited for a character, and tells whether the pattern matches.</summary>
    private bool LookAhead(CharKind next)
    {
        for (int i = 0; i < _current.Length && _prog.HasLookahead; i++)
        {
            for (ulong waiting = _current[i] & _prog.LooksAhead[i]; waiting != 0;)
            {
                Inst inst = _prog.Insts[BitSet.TakeLeast(ref waiting, i)];
                if (inst.Assertion.Holds(_previous, next) && Follow(inst.Next, _current, _previous, next))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Adds what the instructions that accept a symbol lead to, and tells whether that is a match.</summary>
    private bool Advance(int symbol, CharKind kind)
    {
        ReadOnlySpan<ulong> inRun = _prog.InRun;
        ulong[] accepting = Accepting(symbol);
        for (int i = 0; i < inRun.Length; i++)
        {
            if (_current[i] == 0)
            {
                continue;
            }

            ulong advancing = _current[i] & AcceptingWord(accepting, i, symbol);
            ulong running = advancing & inRun[i];
            _next[i] |= running >> 1;
            if ((running & 1) != 0)
            {
                _next[i - 1] |= 1UL << 63;
            }

            for (ulong others = advancing ^ running; others != 0;)
            {
                Inst inst = _prog.Insts[BitSet.TakeLeast(ref others, i)];
                if (Follow(inst.Next, _next, kind, CharKind.Unknown))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private ulong[] Accepting(int symbol)
    {
        if (_acceptingWords > AcceptingBudget)
        {
            Array.Clear(_accepting);
            _acceptingWords = 0;
        }

        if (_accepting[symbol] is not { } accepting)
        {
            accepting = new ulong[_current.Length + ((_current.Length + 63) / 64)];
            _acceptingWords += accepting.Length;
            _accepting[symbol] = accepting;
        }

        return accepting;
    }

    private ulong AcceptingWord(ulong[] accepting, int index, int symbol)
    {
        if (BitSet.Add(accepting.AsSpan(_current.Length), index))
        {
            accepting[index] = _prog.Accepting(_prog.Alphabet.RepresentativeOf(symbol), index);
        }

        return accepting[index];
    }

    /// <summary>
    /// Adds an instruction to a state and whatever can be reached from it between two characters. Assertions that
    /// need the next one wait if it is not known. Tells whether the pattern matches, and then leaves the rest undone.
    /// </summary>
    private bool Follow(int start, ulong[] state, CharKind previous, CharKind next)
    {
        _pending[0] = start;
        for (int count = 1; count > 0;)
        {
            int index = _pending[--count];
            while (BitSet.Add(state, index))
            {
                Inst inst = _prog.Insts[index];
                if (inst.Op == InstOp.Match)
                {
                    return true;
                }

                if (inst.Op == InstOp.Char || (inst.Op == InstOp.Assert && !Passes(inst.Assertion, previous, next)))
                {
                    break;
                }

                if (inst.Op == InstOp.Alt)
                {
                    Push(count++, inst.Argument);
                }

                index = inst.Next;
            }
        }

        return false;
    }

    private static bool Passes(Assertion assertion, CharKind previous, CharKind next) =>
        (next != CharKind.Unknown || !assertion.LooksAhead()) && assertion.Holds(previous, next);

    private void Push(int count, int index)
    {
        if (count == _pending.Length)
        {
            Array.Resize(ref _pending, 2 * count);
        }

        _pending[count] = index;
    }
}
