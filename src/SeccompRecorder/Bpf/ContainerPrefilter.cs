using System.Runtime.InteropServices;

namespace SeccompRecorder.Bpf;

/// <summary>
/// A filter by which the program quickly skips tasks that are in no recorded container. It has a bit for each number that identifies a
/// recorded container, which some other numbers share, and the depths of recorded control groups.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct ContainerPrefilter
{
    internal const int Size = 72;
    internal const int LevelsOffset = 0;
    internal const int BitsOffset = 8;
    internal const int WordShift = 6;
    internal const int WordCount = 8;

    /// <summary>
    /// The maximum number of different depths of recorded control groups. Each depth costs a lookup for every other container.
    /// </summary>
    internal const int LevelCount = 4;

    private fixed byte _levels[BitsOffset];
    private fixed ulong _bits[WordCount];

    /// <summary>Adds the numbers of a container.</summary>
    /// <param name="keys">The numbers that identify the container.</param>
    /// <param name="cgroupLevel">The depth of its control group; 0 if that does not identify it.</param>
    internal void Add(ReadOnlySpan<ulong> keys, int cgroupLevel)
    {
        foreach (ulong key in keys)
        {
            _bits[(key >> WordShift) & (WordCount - 1)] |= 1ul << (int)(key & ((1 << WordShift) - 1));
        }

        Span<byte> levels = MemoryMarshal.CreateSpan(ref _levels[0], LevelCount);
        int place = cgroupLevel == 0 || levels.Contains((byte)cgroupLevel) ? -1 : levels.IndexOf((byte)0);
        if (place >= 0)
        {
            levels[place] = (byte)cgroupLevel;
        }
    }
}
