using System.Buffers.Text;
using System.Globalization;

namespace Linux.Paths;

/// <summary>What the mount that a file is on has to do with who may change it.</summary>
internal static class MountTrust
{
    /// <summary>What lets another user than root make up what is on a mount, in words, with what to do; null if nothing does.</summary>
    /// <param name="descriptor">A file or directory on it.</param>
    /// <param name="status">What is known of that.</param>
    /// <param name="path">Its path, for the words.</param>
    internal static string? Violation(int descriptor, in FileStatus status, FilePath path)
    {
        if (Libc.StatFileSystem(descriptor, out FileSystemStatus system) && !system.IsFuse)
        {
            return null;
        }

        string? user = Mounter(status, out bool isFound);
        bool isTrusted = isFound && (user is null || (uint.TryParse(user, CultureInfo.InvariantCulture, out uint number)
            && (number == 0 || UserNamespace.Inside(number) is { } inside && (inside == 0 || inside == Libc.geteuid()))));
        return isTrusted
            ? null
            : $"{path} is on a file system that user {user ?? "(unknown)"} mounted and fills as it likes, FUSE; move it to one of root's";
    }

    /// <summary>
    /// Whether a sticky directory that others may write is closed to them all the same: its mount is read-only and its writers are a group, as
    /// the store of Nix and of Guix, or it is a mount in memory that the user who started this user namespace has made in it.
    /// </summary>
    /// <param name="descriptor">The directory.</param>
    /// <param name="status">What is known of it.</param>
    /// <param name="isMounted">Whether it is where its file system is mounted.</param>
    internal static bool IsClosed(int descriptor, in FileStatus status, bool isMounted)
    {
        if (!Libc.StatFileSystem(descriptor, out FileSystemStatus system))
        {
            return false;
        }

        return (system.IsReadOnly && !Ownership.IsWritableByAll(status))
            || (isMounted && system.IsTmpfs && Ownership.IsNamespaceOwner(status.User));
    }

    /// <summary>Who mounted the file system that a file is on, as of mount.fuse3(8) user_id; null if it is nobody but root.</summary>
    private static string? Mounter(in FileStatus status, out bool isFound)
    {
        string device = string.Create(CultureInfo.InvariantCulture, $" {status.Device >> 32}:{(uint)status.Device} ");
        ReadOnlySpan<byte> key = System.Text.Encoding.ASCII.GetBytes(device);
        ReadOnlySpan<byte> mounts = KernelFile.Read(new FilePath("/proc/self/mountinfo"));
        int start = mounts.IndexOf(key);
        isFound = start >= 0;
        if (!isFound)
        {
            return null;
        }

        ReadOnlySpan<byte> line = mounts[start..];
        int end = line.IndexOf((byte)'\n');
        line = end < 0 ? line : line[..end];
        ReadOnlySpan<byte> option = "user_id="u8;
        int value = line.LastIndexOf(option);
        return value < 0 ? null
            : Utf8Parser.TryParse(line[(value + option.Length)..], out uint user, out _) ? user.ToString(CultureInfo.InvariantCulture)
            : "";
    }
}
