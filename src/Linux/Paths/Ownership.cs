using System.Globalization;

namespace Linux.Paths;

/// <summary>
/// Whether only root, or whoever runs this, may change a file. The owner of / counts as root, as who owns / can replace everything anyway.
/// Where root shows as another user, and so do others, <see cref="UserNamespace"/> tells them apart as far as it can.
/// </summary>
internal static unsafe class Ownership
{
    private const uint Sticky = 0x200; // S_ISVTX, inode(7)
    private const uint GroupWrite = 0x10; // S_IWGRP
    private const uint OthersWrite = 0x2; // S_IWOTH

    /// <summary>Whether a file's content is that of someone trusted. It works before the managed runtime is started.</summary>
    internal static bool IsTrusted(in FileStatus status, ReadOnlySpan<byte> path) => IsTrustedOwner(status, path) && !IsWritableByOthers(status);

    /// <summary>
    /// Whether a directory above one that is trusted can be relied on; false also where it takes more to tell. It works before the managed
    /// runtime is started.
    /// </summary>
    internal static bool IsTrustedAbove(in FileStatus status) =>
        IsShared(status) && !IsUnmapped(status.User) && !IsNamespaceOwner(status.User) && IsTrustedOwner(status, []);

    /// <summary>Whether everyone may add entries to a directory, and none may touch those of others, unlink(2) EPERM.</summary>
    internal static bool IsShared(in FileStatus status) =>
        status.IsDirectory && (status.Permissions & Sticky) != 0 && IsWritableByOthers(status);

    /// <summary>What lets others change a file or directory, in words, with what to do; null if nothing does.</summary>
    /// <param name="status">What is known of it.</param>
    /// <param name="path">Its path, for the words.</param>
    /// <param name="isInShared">Whether it is an entry of a directory that <see cref="IsShared"/>.</param>
    internal static string? Violation(in FileStatus status, FilePath path, bool isInShared)
    {
        if (!IsTrustedOwner(status, path.Bytes) || (isInShared && IsUnmapped(status.User)))
        {
            return OwnerText(status.User, path);
        }

        if (!status.IsSymbolicLink && IsWritableByOthers(status) && !IsShared(status))
        {
            return $"{path} can be written by {Writers(status)}; take that away: chmod go-w {path}";
        }

        // Anyone may put a file of root's there by linking or moving it: neither needs a right to the file, link(2), rename(2).
        return isInShared && !status.IsDirectory
            ? $"{path} may have been put into {path.Parent} by anyone; move it to a directory that only root may write"
            : null;
    }

    /// <summary>Who besides the owner may add entries to a directory, in words, with what to do; null for nobody.</summary>
    internal static string? OpenTo(in FileStatus status, FilePath path) =>
        IsWritableByOthers(status) ? $"{path} can be written by {Writers(status)}; take that away: chmod go-w {path}" : null;

    /// <summary>Whether everyone may write a file, and not its group alone.</summary>
    internal static bool IsWritableByAll(in FileStatus status) => (status.Permissions & OthersWrite) != 0;

    /// <summary>Whether a user is the one who started the user namespace that this process is in.</summary>
    internal static bool IsNamespaceOwner(uint user) =>
        (user == 0 || user == Libc.geteuid()) && UserNamespace.IsWithoutRoot(OwnerOfAll());

    private static string OwnerText(uint user, FilePath path)
    {
        if (IsUnmapped(user))
        {
            return $"{path} belongs to a user that this user namespace does not map, root or another; move it to /etc, /usr or /opt, or make it your own";
        }

        string owner = Libc.geteuid() == 0 ? "root" : "root or yourself";
        return string.Create(
            CultureInfo.InvariantCulture, $"{path} belongs to user {user}, not to {owner}; if it is meant to be used: chown root {path}");
    }

    /// <summary>A directory may be anybody's above what is somebody's own, but one where everyone may add entries is told by those.</summary>
    private static bool IsTrustedOwner(in FileStatus status, ReadOnlySpan<byte> path)
    {
        uint user = status.User;
        if (user == 0)
        {
            return true;
        }

        return IsUnmapped(user)
            ? status.IsDirectory || UserNamespace.BelongsToRoot(path)
            : user == Libc.geteuid() || user == OwnerOfAll();
    }

    private static bool IsUnmapped(uint user) => user != 0 && user == OwnerOfAll() && UserNamespace.IsWithoutRoot(user);

    private static uint OwnerOfAll()
    {
        byte* root = stackalloc byte[2] { (byte)'/', 0 };
        return Libc.Stat(root, out FileStatus status) ? status.User : 0;
    }

    private static bool IsWritableByOthers(in FileStatus status) => (status.Permissions & (GroupWrite | OthersWrite)) != 0;

    private static string Writers(in FileStatus status) => (status.Permissions & (GroupWrite | OthersWrite)) switch
    {
        GroupWrite => "its group",
        OthersWrite => "everyone",
        _ => "its group and everyone else",
    };
}
