namespace Re2;

/// <summary>Makes a <see cref="Prog"/> of a parse tree, from its end to its beginning.</summary>
internal sealed class Compiler
{
    private readonly List<CharClass> _classes = [];
    private Inst[] _insts;
    private int _count;

    private Compiler(int maxSize)
    {
        _insts = new Inst[maxSize];
    }

    public static Prog Compile(Node root)
    {
        var compiler = new Compiler(root.Size + 1);
        int match = compiler.Add(new Inst(InstOp.Match, 0, 0));
        int start = compiler.Emit(root, match);
        Array.Resize(ref compiler._insts, compiler._count);
        return new Prog(compiler._insts, start, [.. compiler._classes]);
    }

    private int Add(Inst inst)
    {
        _insts[_count] = inst;
        return _count++;
    }

    /// <summary>Emits a node that goes on at <paramref name="next"/>, and returns where it begins.</summary>
    private int Emit(Node node, int next)
    {
        switch (node.Op)
        {
            case NodeOp.CharClass:
                return Add(new Inst(InstOp.Char, next, IndexOf(node.Class!)));
            case NodeOp.Assertion:
                return Add(new Inst(InstOp.Assert, next, (int)node.Assertion));
            case NodeOp.Capture:
                return Emit(node.Subs[0], next);
            case NodeOp.Concat:
                for (int i = node.Subs.Length - 1; i >= 0; i--)
                {
                    next = Emit(node.Subs[i], next);
                }

                return next;
            case NodeOp.Alternate:
                return EmitAlternate(node.Subs, next);
            case NodeOp.Repeat:
                return node.Max == Node.Unbounded ? EmitLoop(node, next) : EmitBounded(node, next);
            default:
                return next;
        }
    }

    private int IndexOf(CharClass charClass)
    {
        if (charClass.Index < 0)
        {
            charClass.Index = _classes.Count;
            _classes.Add(charClass);
        }

        return charClass.Index;
    }

    private int EmitAlternate(Node[] subs, int next)
    {
        int start = Emit(subs[^1], next);
        for (int i = subs.Length - 2; i >= 0; i--)
        {
            int sub = Emit(subs[i], next);
            start = Add(new Inst(InstOp.Alt, sub, start));
        }

        return start;
    }

    /// <summary>
    /// Emits x{n,}. The copy that loops comes first: once in it, a matcher remains in it, so that it passes through
    /// fewer different states than if the loop came last.
    /// </summary>
    private int EmitLoop(Node node, int next)
    {
        for (int i = 1; i < node.Min; i++)
        {
            next = Emit(node.Subs[0], next);
        }

        int loop = Add(default);
        int body = Emit(node.Subs[0], loop);
        _insts[loop] = new Inst(InstOp.Alt, body, next);
        return node.Min == 0 ? loop : body;
    }

    /// <summary>
    /// Emits x{n,m} as a chain of m copies that may be entered at any of the first m-n+1. To leave a chain early
    /// would mean the same, but entering it late makes for fewer states.
    /// </summary>
    private int EmitBounded(Node node, int next)
    {
        for (int i = 0; i < node.Min; i++)
        {
            next = Emit(node.Subs[0], next);
        }

        int start = next;
        int[] optional = new int[node.Max - node.Min];
        for (int i = 0; i < optional.Length; i++)
        {
            next = Emit(node.Subs[0], next);
            optional[i] = next;
        }

        foreach (int entry in optional)
        {
            start = Add(new Inst(InstOp.Alt, entry, start));
        }

        return start;
    }
}
