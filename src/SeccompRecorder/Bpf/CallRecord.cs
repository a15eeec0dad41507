using System.Runtime.InteropServices;
using SeccompProfiles.Calls;

namespace SeccompRecorder.Bpf;

/// <summary>
/// What the programs record of one system call. The records of all containers are one array, with a slot for each container. A slot has a
/// record for each number of each of three ABIs. The first record of the array is not used.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct CallRecord
{
    internal const int Size = 32;
    internal const int CountOffset = 0;
    internal const int ProcessOffset = 8;
    internal const int CommandOffset = 16;
    internal const int CommandSize = 16;

    /// <summary>The native ABI, its 32-bit one, and x32 on x86.</summary>
    internal const int AbiCount = 3;

    internal const int SlotLength = AbiCount * CallTable.NumberLimit;

    /// <summary>The records of clone and clone3 calls that create namespaces. No call of x32 has these numbers.</summary>
    internal const int NamespacesByClone = SlotLength - 2;
    internal const int NamespacesByClone3 = SlotLength - 1;

    /// <summary>The number of slots. With more, the preparation of the memory would delay the first container.</summary>
    internal const int SlotCount = 64;

    /// <summary>Returns the index of a slot's first record.</summary>
    internal static int Begin(int slot) => 1 + (slot * SlotLength);

    internal const int TotalLength = 1 + (SlotCount * SlotLength);

    internal ulong Count;
    internal uint Process;
    internal uint Unused;
    internal fixed byte Command[CommandSize];
}
