using System.Runtime.InteropServices;

namespace SeccompRecorder.Bpf;

/// <summary>What the programs know of a container, under each number that the container is known by.</summary>
/// <param name="FirstRecord">The index of the first record of calls that are made; 0 if they are not recorded.</param>
/// <param name="FirstDenial">The index of the first record of calls that fail as denied ones do; 0 if they are not recorded.</param>
/// <param name="Filters">How many filters its first process had before the container's own.</param>
/// <param name="StartTime">
/// When its first process was started, in ticks since boot: the number of a process namespace that is gone is given to another.
/// </param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ContainerEntry(uint FirstRecord, uint FirstDenial, ulong Filters, ulong StartTime)
{
    internal const int Size = 24;
    internal const int FirstRecordOffset = 0;
    internal const int FirstDenialOffset = 4;
    internal const int FiltersOffset = 8;
    internal const int StartTimeOffset = 16;
}
