using System.Runtime.InteropServices;

namespace Re2;

/// <summary>A state of an <see cref="Nfa"/>, with the states that follow it as far as they are known.</summary>
internal sealed class DfaState(ulong[] insts, CharKind previous, int symbols)
{
    private readonly DfaState?[] _successors = new DfaState?[symbols];

    /// <summary>What the state says of the text, if that is decided whatever follows.</summary>
    public bool? Verdict { get; init; }

    public ReadOnlySpan<ulong> Insts => insts;

    public CharKind Previous => previous;

    /// <summary>The next state of the same bucket of the cache.</summary>
    public DfaState? Sibling { get; init; }

    public ref DfaState? Successor(int symbol) => ref _successors[symbol];

    public static int Hash(ReadOnlySpan<ulong> insts)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(insts));
        return hash.ToHashCode();
    }
}
