namespace Re2;

/// <summary>
/// An expression as a nondeterministic automaton: instructions, of which a matcher follows several at once.
/// </summary>
/// <remarks>
/// The compiler puts an instruction after the one it goes on at. A string of characters is thus a run of
/// instructions each of which goes on at the one just below it, and a matcher that keeps its instructions in a bit
/// set takes 64 such steps by one shift.
/// </remarks>
internal sealed class Prog
{
    private readonly CharClass[] _classes;

    public Prog(Inst[] insts, int start, CharClass[] classes)
    {
        Insts = insts;
        Start = start;
        _classes = classes;
        InRun = BitSet.Create(insts.Length);
        Kept = BitSet.Create(insts.Length);
        LooksAhead = BitSet.Create(insts.Length);
        for (int i = 0; i < insts.Length; i++)
        {
            Classify(i);
        }

        Alphabet = new Alphabet(classes, DistinguishesLines, DistinguishesWords);
    }

    public Inst[] Insts { get; }

    public int Start { get; }

    public Alphabet Alphabet { get; }

    /// <summary>The characters that are followed by the character just below them.</summary>
    public ulong[] InRun { get; }

    /// <summary>The assertions that depend on the next character.</summary>
    public ulong[] LooksAhead { get; }

    public bool HasLookahead { get; private set; }

    /// <summary>The instructions that matter once all that need no further character have been followed.</summary>
    public ulong[] Kept { get; }

    public bool DistinguishesLines { get; private set; }

    private bool DistinguishesWords { get; set; }

    /// <summary>One word of the set of the instructions that accept a code point.</summary>
    public ulong Accepting(int rune, int wordIndex)
    {
        ulong accepting = 0;
        int first = wordIndex << 6;
        for (int i = first; i < Math.Min(first + 64, Insts.Length); i++)
        {
            if (Insts[i].Op == InstOp.Char && _classes[Insts[i].Argument].Contains(rune))
            {
                accepting |= 1UL << i;
            }
        }

        return accepting;
    }

    private void Classify(int index)
    {
        Inst inst = Insts[index];
        if (inst.Op == InstOp.Char)
        {
            BitSet.Add(Kept, index);
            if (inst.Next == index - 1 && Insts[index - 1].Op == InstOp.Char)
            {
                BitSet.Add(InRun, index);
            }
        }
        else if (inst.Op == InstOp.Assert)
        {
            DistinguishesLines |= inst.Assertion is Assertion.BeginLine or Assertion.EndLine;
            DistinguishesWords |= inst.Assertion is Assertion.WordBoundary or Assertion.NoWordBoundary;
            if (inst.Assertion.LooksAhead())
            {
                BitSet.Add(Kept, index);
                BitSet.Add(LooksAhead, index);
                HasLookahead = true;
            }
        }
    }
}
