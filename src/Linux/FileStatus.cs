namespace Linux;

/// <summary>What statx(2) says of a file.</summary>
internal readonly record struct FileStatus(
    ushort Mode,
    uint User,
    uint Group,
    uint Links,
    long Size,
    ulong Inode,
    ulong Device,
    long ModifiedSeconds,
    uint ModifiedNanoseconds)
{
    private const int S_IFMT = 0xF000;

    /// <summary>When something of it was changed for the last time, its name too: nobody can set that.</summary>
    internal long ChangedSeconds { get; init; }

    /// <inheritdoc cref="ChangedSeconds"/>
    internal uint ChangedNanoseconds { get; init; }

    /// <summary>The numbers of the device that it is, if it is one.</summary>
    internal uint DeviceMajor { get; init; }

    /// <inheritdoc cref="DeviceMajor"/>
    internal uint DeviceMinor { get; init; }

    /// <summary>The letter of the device that it is, mknod(1); null if it is none.</summary>
    internal string? DeviceType => (Mode & S_IFMT) switch
    {
        0x6000 => "b",
        0x2000 => "c",
        0x1000 => "p",
        _ => null,
    };

    internal bool IsRegular => (Mode & S_IFMT) == 0x8000;

    internal bool IsDirectory => (Mode & S_IFMT) == 0x4000;

    internal bool IsSymbolicLink => (Mode & S_IFMT) == 0xA000;

    internal uint Permissions => Mode & 0xFFFu;

    /// <summary>Whether nothing was written between the two looks.</summary>
    internal bool IsUnchangedIn(in FileStatus later) =>
        Size == later.Size && ModifiedSeconds == later.ModifiedSeconds && ModifiedNanoseconds == later.ModifiedNanoseconds;

    /// <summary>Whether both say the same of when it was changed.</summary>
    internal bool IsOfSameChangeAs(in FileStatus other) =>
        ChangedSeconds == other.ChangedSeconds && ChangedNanoseconds == other.ChangedNanoseconds;

    /// <summary>
    /// Whether whatever is changed from now on has another time: within a tick of the kernel's clock several changes have the same.
    /// </summary>
    internal bool IsOfEarlierTick()
    {
        (long seconds, long nanoseconds) = Libc.TickTime();
        return ChangedSeconds < seconds || (ChangedSeconds == seconds && ChangedNanoseconds < nanoseconds);
    }

    internal bool IsSameFileAs(in FileStatus other) => Inode == other.Inode && Device == other.Device;
}
