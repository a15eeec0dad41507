namespace HookEngine.Linux;

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

    internal bool IsSameFileAs(in FileStatus other) => Inode == other.Inode && Device == other.Device;
}
