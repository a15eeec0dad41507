namespace Re2;

/// <summary>A node of the parse tree. Nodes are immutable, and leaves may be shared.</summary>
internal sealed class Node
{
    /// <summary>For <see cref="Max"/>: no upper bound.</summary>
    public const int Unbounded = -1;

    /// <summary>Go's limit on the height of the tree; it also bounds every recursion over it.</summary>
    private const int MaxHeight = 1000;

    /// <summary>The limit on the size of the program, in instructions.</summary>
    /// <remarks>Go's is 3,355,443, which takes 128 MB; a program here has to do with a small heap.</remarks>
    private const int MaxSize = 1 << 17;

    private Node(NodeOp op, Node[] subs, long size, int height)
    {
        if (height > MaxHeight)
        {
            throw new PatternSyntaxException("expression nests too deeply");
        }

        if (size > MaxSize)
        {
            throw new PatternSyntaxException("expression too large");
        }

        Op = op;
        Subs = subs;
        Height = height;
        Size = (int)Math.Max(1, size);
    }

    public NodeOp Op { get; }

    public Node[] Subs { get; }

    /// <summary>The characters of a <see cref="NodeOp.CharClass"/>; a literal is a class of one.</summary>
    public CharClass? Class { get; private init; }

    public Assertion Assertion { get; private init; }

    /// <summary>The least count of a <see cref="NodeOp.Repeat"/>.</summary>
    public int Min { get; private init; }

    /// <summary>The greatest count of a <see cref="NodeOp.Repeat"/>, or <see cref="Unbounded"/>.</summary>
    public int Max { get; private init; }

    /// <summary>How many instructions the node compiles to at most.</summary>
    public int Size { get; }

    /// <summary>How many copies nested counted repetitions make of the innermost thing.</summary>
    public int Copies { get; private init; } = 1;

    private int Height { get; }

    public static Node Empty() => new(NodeOp.Empty, [], 1, 1);

    public static Node Of(CharClass charClass) => new(NodeOp.CharClass, [], 1, 1) { Class = charClass };

    public static Node Of(Assertion assertion) => new(NodeOp.Assertion, [], 1, 1) { Assertion = assertion };

    public static Node Capture(Node sub) =>
        new(NodeOp.Capture, [sub], sub.Size + 2L, sub.Height + 1) { Copies = sub.Copies };

    public static Node Concat(Node[] subs) => Over(NodeOp.Concat, subs, 0);

    public static Node Alternate(Node[] subs) => Over(NodeOp.Alternate, subs, subs.Length - 1);

    /// <summary>The node for the operators *, + and ?.</summary>
    public static Node Repeat(Node sub, int min, int max) =>
        Repeat(sub, min, max, sub.Copies, max == Unbounded && min == 0 ? sub.Size + 2L : sub.Size + 1L);

    /// <summary>The node for {min,max}.</summary>
    public static Node CountedRepeat(Node sub, int min, int max)
    {
        // Go counts no copies in what is repeated no times.
        int copies = max == 0 ? 1 : sub.Copies * Math.Max(1, max == Unbounded ? min : max);
        long size = (max, min) switch
        {
            (Unbounded, 0) => sub.Size + 2L,
            (Unbounded, _) => ((long)min * sub.Size) + 1,
            _ => ((long)max * sub.Size) + max - min,
        };
        return Repeat(sub, min, max, copies, size);
    }

    private static Node Repeat(Node sub, int min, int max, int copies, long size)
    {
        int height = sub.Height + 1;
        Node repeated = sub;
        while (repeated.Op == NodeOp.Capture)
        {
            repeated = repeated.Subs[0];
        }

        // (x{0,k}){n,m} is x{0,k*m}: the copies of x then form one chain, which a matcher can take in its stride.
        if (repeated.Op == NodeOp.Repeat && repeated.Min == 0)
        {
            min = 0;
            max = max == 0 || repeated.Max == 0 ? 0
                : max == Unbounded || repeated.Max == Unbounded ? Unbounded
                : max * repeated.Max;
            sub = repeated.Subs[0];
        }

        return new Node(NodeOp.Repeat, [sub], size, height) { Min = min, Max = max, Copies = copies };
    }

    private static Node Over(NodeOp op, Node[] subs, long size)
    {
        int height = 0;
        int copies = 1;
        foreach (Node sub in subs)
        {
            size += sub.Size;
            height = Math.Max(height, sub.Height);
            copies = Math.Max(copies, sub.Copies);
        }

        return new Node(op, subs, size, height + 1) { Copies = copies };
    }
}
