using System.Runtime.InteropServices;

namespace SeccompRecorder.Bpf;

/// <summary>What the programs know about a container, under each number that identifies it.</summary>
/// <param name="FirstRecord">The index of the first record of calls that are made; 0 if these are not recorded.</param>
/// <param name="FirstDenial">The index of the first record of calls that fail as denied calls do; 0 if these are not recorded.</param>
/// <param name="Filters">The number of filters that its first process had before the container's own.</param>
/// <param name="StartTime">
/// When its first process was started, in clock ticks since boot. The kernel reuses the numbers of process namespaces.
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
