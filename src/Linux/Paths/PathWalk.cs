using System.Runtime.InteropServices;
using System.Text;

namespace Linux.Paths;

/// <summary>
/// Follows paths one name at a time, each from the open directory before it, and looks at every step: directories, symbolic links and
/// the file in the end. What was looked at is what is opened: names may change meanwhile, open directories do not. Directories stay
/// open until <see cref="Release"/>, so that many files of one directory cost no more than themselves.
/// </summary>
internal sealed unsafe partial class PathWalk
{
    /// <summary>How many symbolic links a path may lead through, as path_resolution(7) has it.</summary>
    private const int MaxLinks = 40;
    private const int MaxTarget = 4096;

    private readonly Dictionary<string, WalkedDirectory> _known = new(StringComparer.Ordinal);
    private readonly List<WalkedDirectory> _open = [];

    /// <summary>The state of one walk: where it is, and what was found on the way.</summary>
    private struct Progress
    {
        internal WalkedDirectory Directory;
        internal string? Violation;
        internal int Links;
    }

    /// <summary>Closes the directories. Those that are asked of again are opened again, and must be what they were.</summary>
    internal void Release()
    {
        foreach (WalkedDirectory directory in _open)
        {
            _ = Libc.close(directory.Descriptor);
            directory.Descriptor = -1;
        }

        _open.Clear();
    }

    /// <summary>Follows paths anew from here on: where they lead has changed.</summary>
    internal void Forget()
    {
        Release();
        _known.Clear();
    }

    /// <summary>The directory that a path leads to. Null with the reason if it leads to none.</summary>
    /// <param name="path">The path.</param>
    /// <param name="violation">What lets others change a step of it; null if nothing does.</param>
    /// <param name="error">Why there is none.</param>
    internal WalkedDirectory? FindDirectory(FilePath path, out string? violation, out FileError error) =>
        FindDirectory(path, out violation, out _, out error);

    private WalkedDirectory? FindDirectory(FilePath path, out string? violation, out bool leadsThroughLinks, out FileError error)
    {
        bool isFound = Begin(path, out Progress progress, out error) && Advance(ref progress, path.Bytes, out error);
        violation = isFound ? progress.Violation : null;
        leadsThroughLinks = progress.Links > 0;
        return isFound ? progress.Directory : null;
    }

    /// <summary>The file that a path leads to. Null with the reason if it leads to none.</summary>
    internal WalkedFile? FindFile(FilePath path, out FileError error) => FindFile(path, out _, out error);

    /// <summary>As the other, and tells what lets others change the steps that there are, also if it leads to none.</summary>
    internal WalkedFile? FindFile(FilePath path, out string? violation, out FileError error)
    {
        WalkedFile? file = Find(null, path, out Progress progress, out error);
        violation = progress.Violation;
        return file;
    }

    private WalkedFile? Find(WalkedDirectory? directory, FilePath path, out Progress progress, out FileError error)
    {
        if (directory is null)
        {
            return Begin(path, out progress, out error) ? Finish(ref progress, path.Bytes, out error) : null;
        }

        progress = new Progress { Directory = directory, Violation = directory.Violation };
        return Finish(ref progress, path.Name, out error);
    }

    /// <summary>What lets others change an entry of a directory; null if nothing does.</summary>
    internal string? EntryViolation(WalkedDirectory directory, ReadOnlySpan<byte> terminatedName, in FileStatus status)
    {
        FilePath path = directory.Path.Combine(terminatedName[..^1]);
        string? violation = Ownership.Violation(status, path, directory.IsShared);
        if (violation is not null || status.Device == directory.Status.Device)
        {
            return violation;
        }

        // It is a mount itself, or on one of several layers.
        int descriptor = OpenStep(directory, terminatedName, out FileStatus opened);
        if (descriptor < 0)
        {
            return $"{path} {FileError.FromErrno("cannot be examined").Text}; see to it that it can";
        }

        violation = MountTrust.Violation(descriptor, opened, path);
        _ = Libc.close(descriptor);
        return violation;
    }

    /// <summary>The descriptor of a directory, which is opened if it is not. -1, with errno, if that cannot be done.</summary>
    private int Open(WalkedDirectory directory)
    {
        if (directory.Descriptor >= 0)
        {
            return directory.Descriptor;
        }

        int descriptor;
        fixed (byte* path = directory.Path.Terminated)
        {
            descriptor = Libc.Open(path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW);
        }

        if (descriptor < 0)
        {
            return -1;
        }

        // What was judged must be what it is. A file that has taken its number is another user's, or no weaker than it was.
        if (!Libc.StatDescriptor(descriptor, out FileStatus status) || !status.IsSameFileAs(directory.Status)
            || status.User != directory.Status.User || status.Mode != directory.Status.Mode)
        {
            _ = Libc.close(descriptor);
            Libc.Errno = Libc.ESTALE;
            return -1;
        }

        directory.Descriptor = descriptor;
        _open.Add(directory);
        return descriptor;
    }

    private int OpenEntry(WalkedDirectory directory, ReadOnlySpan<byte> terminatedName, int flags)
    {
        int descriptor;
        fixed (byte* name = terminatedName)
        {
            do
            {
                int from = Open(directory);
                descriptor = from < 0 ? -1 : Libc.OpenAt(from, name, flags | Libc.O_NOFOLLOW);
            }
            while (descriptor < 0 && HasMadeRoom(Libc.Errno));
        }

        return descriptor;
    }

    /// <summary>Whether what failed for want of descriptors, setrlimit(2) RLIMIT_NOFILE, may succeed now.</summary>
    private bool HasMadeRoom(int error)
    {
        if (error != Libc.EMFILE || _open.Count < 2)
        {
            return false;
        }

        Release();
        return true;
    }

    /// <summary>Goes to where a path begins: /, or the working directory.</summary>
    private bool Begin(FilePath path, out Progress progress, out FileError error)
    {
        progress = default;
        return Restart(ref progress, out error)
            && (path.Bytes is [(byte)'/', ..] || EnterWorkingDirectory(ref progress, out error));
    }

    private bool EnterWorkingDirectory(scoped ref Progress progress, out FileError error)
    {
        byte* path = stackalloc byte[MaxTarget];
        if (Libc.getcwd(path, MaxTarget) == null)
        {
            error = FileError.FromErrno("cannot be found from the working directory");
            return false;
        }

        return Advance(ref progress, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path), out error);
    }

    /// <summary>Goes to /.</summary>
    private bool Restart(ref Progress progress, out FileError error)
    {
        error = default;
        if (!_known.TryGetValue("/", out WalkedDirectory? root))
        {
            var path = new FilePath("/"u8);
            FileStatus status;
            fixed (byte* name = path.Terminated)
            {
                if (!Libc.Stat(name, out status))
                {
                    error = FileError.FromErrno("cannot be examined");
                    return false;
                }
            }

            root = new WalkedDirectory(path, null, status, Ownership.Violation(status, path, false), Ownership.IsShared(status));
            _known.Add("/", root);
        }

        progress.Directory = root;
        progress.Violation ??= root.Violation;
        return true;
    }

    /// <summary>Goes on to the directory that a path leads to from here.</summary>
    private bool Advance(scoped ref Progress progress, scoped ReadOnlySpan<byte> path, out FileError error)
    {
        error = default;
        while (TakeName(ref path, out ReadOnlySpan<byte> name))
        {
            if (!Enter(ref progress, name, out error))
            {
                return false;
            }
        }

        return true;
    }

    private WalkedFile? Finish(scoped ref Progress progress, scoped ReadOnlySpan<byte> path, out FileError error)
    {
        ReadOnlySpan<byte> last = path.TrimEnd((byte)'/');
        int slash = last.LastIndexOf((byte)'/');
        if (!Advance(ref progress, last[..(slash + 1)], out error))
        {
            return null;
        }

        // Nothing but slashes is /.
        byte[] name = last.IsEmpty ? [(byte)'.', 0] : [.. last[(slash + 1)..], 0];
        WalkedDirectory directory = progress.Directory;
        FileStatus status;
        fixed (byte* entry = name)
        {
            int from = Open(directory);
            if (from < 0 || !Libc.StatEntry(from, entry, out status))
            {
                error = FileError.FromErrno("cannot be examined");
                return null;
            }
        }

        if (status.IsSymbolicLink)
        {
            int link = OpenStep(directory, name, out status);
            if (link < 0)
            {
                error = FileError.FromErrno("cannot be examined");
                return null;
            }

            WalkedFile? linked = ReadLink(ref progress, link, name, status, out byte[]? target, out error)
                ? Finish(ref progress, target!, out error)
                : null;
            error = linked is null ? OfLink(directory.Path.Combine(name.AsSpan()[..^1]), error) : error;
            return linked;
        }

        progress.Violation ??= EntryViolation(directory, name, status);
        return new WalkedFile(directory, name, status, progress.Violation);
    }

    /// <summary>Goes on to an entry of the directory, which must be a directory or a link to one.</summary>
    private bool Enter(scoped ref Progress progress, scoped ReadOnlySpan<byte> name, out FileError error)
    {
        error = default;
        WalkedDirectory from = progress.Directory;
        if (name.SequenceEqual(".."u8))
        {
            progress.Directory = from.Parent ?? from;
            return true;
        }

        FilePath path = from.Path.Combine(name);
        if (!_known.TryGetValue(Key(path), out WalkedDirectory? directory))
        {
            byte[] entry = [.. name, 0];
            int descriptor = OpenStep(from, entry, out FileStatus status);
            if (descriptor < 0)
            {
                error = FileError.FromErrno("cannot be read");
                return false;
            }

            if (status.IsSymbolicLink)
            {
                bool isFollowed = ReadLink(ref progress, descriptor, entry, status, out byte[]? target, out error)
                    && Advance(ref progress, target, out error);
                error = isFollowed ? error : OfLink(path, error);
                return isFollowed;
            }

            directory = Keep(descriptor, path, from, status);
        }

        progress.Directory = directory;
        progress.Violation ??= directory.Violation;
        return true;
    }

    /// <summary>Reads a symbolic link of the directory, closes it, and goes to / if that is where its target begins.</summary>
    private bool ReadLink(
        scoped ref Progress progress, int link, scoped ReadOnlySpan<byte> terminatedName, in FileStatus status, out byte[]? target, out FileError error)
    {
        byte* text = stackalloc byte[MaxTarget];
        byte empty = 0;
        nint length = Libc.readlinkat(link, &empty, text, MaxTarget);
        error = length < 0 ? FileError.FromErrno("cannot be read") : default;
        _ = Libc.close(link);
        target = new ReadOnlySpan<byte>(text, (int)Math.Max(length, 0)).ToArray();
        if (length > 0 && ++progress.Links > MaxLinks)
        {
            error = new FileError($"cannot be read: {Libc.ErrorText(Libc.ELOOP)}", Libc.ELOOP);
            return false;
        }

        WalkedDirectory directory = progress.Directory;
        progress.Violation ??= Ownership.Violation(status, directory.Path.Combine(terminatedName[..^1]), directory.IsShared);
        return length > 0 && (target[0] != '/' || Restart(ref progress, out error));
    }

    /// <summary>Why a link could not be followed: where there is nothing, it is the link that is to be fixed, the last of several.</summary>
    private static FileError OfLink(FilePath link, FileError error) => error.IsNoName
        ? new FileError($"leads nowhere by the symbolic link {link}: {Libc.ErrorText(error.Errno)}", error.Errno) { LeadsNowhere = true }
        : error;

    private WalkedDirectory Keep(int descriptor, FilePath path, WalkedDirectory parent, in FileStatus status)
    {
        string? violation = parent.Violation ?? (path.Bytes.SequenceEqual("/proc"u8)
            ? "what a path through /proc means depends on who asks; give another path"
            : Ownership.Violation(status, path, parent.IsShared));
        bool isMounted = status.Device != parent.Status.Device;
        violation ??= isMounted ? MountTrust.Violation(descriptor, status, path) : null;
        bool isShared = Ownership.IsShared(status) && !MountTrust.IsClosed(descriptor, status, isMounted);
        var directory = new WalkedDirectory(path, parent, status, violation, isShared) { Descriptor = descriptor };
        _open.Add(directory);
        _known.Add(Key(path), directory);
        return directory;
    }

    /// <summary>Opens an entry as it is, a symbolic link itself. -1, with errno, if that cannot be done.</summary>
    private int OpenStep(WalkedDirectory directory, ReadOnlySpan<byte> terminatedName, out FileStatus status)
    {
        status = default;
        int descriptor = OpenEntry(directory, terminatedName, Libc.O_PATH);
        if (descriptor < 0 || Libc.StatDescriptor(descriptor, out status))
        {
            return descriptor;
        }

        _ = Libc.close(descriptor);
        return -1;
    }

    /// <summary>Takes the next name off a path; one that is . says nothing.</summary>
    private static bool TakeName(ref ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        do
        {
            path = path.TrimStart((byte)'/');
            int slash = path.IndexOf((byte)'/');
            name = slash < 0 ? path : path[..slash];
            path = path[name.Length..];
        }
        while (name.SequenceEqual("."u8));
        return !name.IsEmpty;
    }

    /// <summary>The bytes, one a character.</summary>
    private static string Key(FilePath path) => Encoding.Latin1.GetString(path.Bytes);
}
