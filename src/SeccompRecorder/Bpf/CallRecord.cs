using System.Runtime.InteropServices;
using SeccompProfiles.Calls;

namespace SeccompRecorder.Bpf;

/// <summary>
/// What the program notes of one system call. The records of all containers are one array, a slot of it for each container; in a slot
/// there is a record for each number of each of three ABIs. The first of all is nobody's.
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

    /// <summary>Calls of clone that make namespaces, and such calls of clone3. No call of x32 has these numbers.</summary>
    internal const int NamespacesByClone = SlotLength - 2;
    internal const int NamespacesByClone3 = SlotLength - 1;

    /// <summary>So many containers are recorded at a time: making memory ready for more would hold the first one up.</summary>
    internal const int SlotCount = 64;

    /// <summary>Where a slot's records begin.</summary>
    internal static int Begin(int slot) => 1 + (slot * SlotLength);

    internal const int TotalLength = 1 + (SlotCount * SlotLength);

    internal ulong Count;
    internal uint Process;
    internal uint Unused;
    internal fixed byte Command[CommandSize];
}
