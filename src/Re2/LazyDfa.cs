namespace Re2;

/// <summary>
/// Runs an <see cref="Nfa"/> and remembers its states and what follows them, so that where they come again each
/// character costs a look-up. What it remembers is bounded.
/// </summary>
internal sealed class LazyDfa(Prog prog)
{
    /// <summary>The length of a text from which on remembering pays.</summary>
    public const int WorthwhileLength = 256;

    private const int Buckets = 1024;

    /// <summary>How many bytes the states may take, roughly.</summary>
    private const int Budget = 2 << 20;

    private readonly Nfa _nfa = new(prog);
    private readonly DfaState?[] _buckets = new DfaState?[Buckets];
    private readonly DfaState _matched = new([], CharKind.Other, 0) { Verdict = true };
    private readonly DfaState _dead = new([], CharKind.Other, 0) { Verdict = false };
    private int _used;

    /// <summary>Whether the pattern matches anywhere in a text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (_nfa.Begin())
        {
            return true;
        }

        DfaState? state = Remember();
        int position = 0;
        while (position < text.Length && state.Verdict is null)
        {
            int symbol = prog.Alphabet.Read(text, ref position);
            if (state.Successor(symbol) is not { } next)
            {
                // States that hardly ever come again are not worth the memory.
                if (_used > Budget)
                {
                    _nfa.Load(state.Insts, state.Previous);
                    return _nfa.Step(symbol) || _nfa.Continue(text[position..]);
                }

                next = Extend(state, symbol);
            }

            state = next;
        }

        if (state.Verdict is { } verdict)
        {
            return verdict;
        }

        _nfa.Load(state.Insts, state.Previous);
        return _nfa.End();
    }

    private DfaState Extend(DfaState state, int symbol)
    {
        _nfa.Load(state.Insts, state.Previous);
        DfaState next = _nfa.Step(symbol) ? _matched
            : _nfa.IsDead ? _dead
            : Remember();
        state.Successor(symbol) = next;
        return next;
    }

    /// <summary>The state the automaton is in now.</summary>
    private DfaState Remember()
    {
        ReadOnlySpan<ulong> insts = _nfa.State;
        CharKind previous = _nfa.Previous;
        ref DfaState? bucket = ref _buckets[(uint)DfaState.Hash(insts) % Buckets];
        for (DfaState? known = bucket; known is not null; known = known.Sibling)
        {
            if (known.Previous == previous && known.Insts.SequenceEqual(insts))
            {
                return known;
            }
        }

        bucket = new DfaState(insts.ToArray(), previous, prog.Alphabet.Count) { Sibling = bucket };
        _used += 100 + (8 * (insts.Length + prog.Alphabet.Count));
        return bucket;
    }
}
