using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // statfs(2)
    private const long ST_RDONLY = 1;

    // struct statfs on 64-bit architectures: the type is the first of its words, the mount's flags the eleventh.
    private const int Words = 16;

    /// <summary>The file system that an open file is on, statfs(2). False with <see cref="Errno"/> set if it cannot be told.</summary>
    internal static bool StatFileSystem(int fd, out FileSystemStatus status)
    {
        long* words = stackalloc long[Words];
        bool isKnown = fstatfs(fd, words) == 0;
        status = isKnown ? Status(words) : default;
        return isKnown;
    }

    /// <summary>As the other, by a path.</summary>
    internal static bool StatFileSystem(byte* path, out FileSystemStatus status)
    {
        long* words = stackalloc long[Words];
        bool isKnown = statfs(path, words) == 0;
        status = isKnown ? Status(words) : default;
        return isKnown;
    }

    private static FileSystemStatus Status(long* words) => new(words[0], (words[10] & ST_RDONLY) != 0);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int fstatfs(int fd, long* status);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int statfs(byte* path, long* status);
}

/// <summary>What statfs(2) says of a file system.</summary>
/// <param name="Type">What kind it is, by its magic number.</param>
/// <param name="IsReadOnly">Whether nobody can write there, be it only by this mount of it.</param>
internal readonly record struct FileSystemStatus(long Type, bool IsReadOnly)
{
    private const long FUSE_SUPER_MAGIC = 0x65735546;
    private const long TMPFS_MAGIC = 0x01021994;

    /// <summary>Whether a program says what is in it, fuse(4).</summary>
    internal bool IsFuse => Type == FUSE_SUPER_MAGIC;

    /// <summary>Whether it is in memory, tmpfs(5).</summary>
    internal bool IsTmpfs => Type == TMPFS_MAGIC;
}
