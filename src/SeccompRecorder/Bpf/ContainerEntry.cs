using System.Runtime.InteropServices;

namespace SeccompRecorder.Bpf;

/// <summary>What the programs know of a container, under each number that the container is known by.</summary>
/// <param name="FirstRecord">The index of the first record of calls that are made; 0 if they are not recorded.</param>
/// <param name="FirstDenial">The index of the first record of calls that fail as denied ones do; 0 if they are not recorded.</param>
/// <param name="Filters">How many filters its first process had before the container's own.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ContainerEntry(uint FirstRecord, uint FirstDenial, uint Filters)
{
    internal const int Size = 12;
    internal const int FirstRecordOffset = 0;
    internal const int FirstDenialOffset = 4;
    internal const int FiltersOffset = 8;
}
