using System.Runtime.InteropServices;

namespace SeccompRecorder.Bpf;

/// <summary>
/// What tells the program quickly that a task is in no recorded container: a bit for each number that a recorded container is known by,
/// which some other numbers share; and how deep recorded control groups are.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal unsafe struct ContainerPrefilter
{
    internal const int Size = 72;
    internal const int LevelsOffset = 0;
    internal const int BitsOffset = 8;
    internal const int WordShift = 6;
    internal const int WordCount = 8;

    /// <summary>Recorded control groups are at so many different depths at most: each costs every other container a look.</summary>
    internal const int LevelCount = 4;

    private fixed byte _levels[BitsOffset];
    private fixed ulong _bits[WordCount];

    /// <summary>Adds the numbers of a container.</summary>
    /// <param name="keys">The numbers.</param>
    /// <param name="cgroupLevel">How deep its control group is; 0 if it is not known by one.</param>
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
