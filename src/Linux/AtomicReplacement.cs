using System.Globalization;
using System.Text;

namespace Linux;

/// <summary>
/// Replaces a file's content so that a full disk or a kill at any moment leaves the old file or the new one. Nothing is
/// synced to disk unless it is asked for: a bundle does not outlive a power failure.
/// </summary>
internal static unsafe class AtomicReplacement
{
    private const int XattrLimit = 64 * 1024;
    private const int LinkAttempts = 100;

    /// <summary>
    /// Replaces an existing file, through symbolic links, keeping its mode, owner and extended attributes. Where it
    /// cannot be renamed over (a mount point, a directory that is not writable) it is written in place.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What it is to hold.</param>
    /// <param name="isLasting">Whether the old or the new content is to be there after a power failure, too.</param>
    /// <returns>Null, or why the file is as it was.</returns>
    internal static FileError? Replace(FilePath path, ReadOnlySpan<byte> content, bool isLasting = false)
    {
        FilePath? real = Resolve(path, out FileError error);
        if (real == null)
        {
            return error;
        }

        int original;
        fixed (byte* name = real.Terminated)
        {
            original = Libc.Open(name, Libc.O_RDONLY | Libc.O_NONBLOCK);
        }

        if (original < 0)
        {
            return FileError.FromErrno("cannot be opened");
        }

        FileError? failure = Rename(real, original, content, isLasting);
        _ = Libc.close(original);
        return failure is { Errno: Libc.EBUSY or Libc.EACCES or Libc.EPERM or Libc.EROFS or Libc.EOPNOTSUPP }
            ? WriteInPlace(real, content)
            : failure;
    }

    /// <summary>
    /// Creates a file, or replaces one with no regard for what it was. One that is new may be left cut short by a kill.
    /// </summary>
    /// <returns>Null, or why the file is as it was.</returns>
    internal static FileError? Create(FilePath path, uint mode, ReadOnlySpan<byte> content)
    {
        fixed (byte* name = path.Terminated)
        {
            int created = Libc.Open(name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, mode);
            if (created >= 0)
            {
                FileError? cut = Write(created, content);
                _ = Libc.close(created);
                if (cut is not null)
                {
                    _ = Libc.unlink(name);
                }

                return cut;
            }
        }

        if (Libc.Errno != Libc.EEXIST)
        {
            return FileError.FromErrno("cannot be created");
        }

        int fd = OpenTemporary(path.Parent, mode, out FilePath? temporary);
        if (fd < 0)
        {
            return FileError.FromErrno("cannot be written");
        }

        FileError? failure = Write(fd, content);
        return Finish(fd, temporary, path, failure);
    }

    /// <summary>
    /// Creates or replaces a file that others read at any time: they find the old one or the new one, whole and with that mode, whatever
    /// the umask is, also after a power failure.
    /// </summary>
    /// <returns>Null, or why the file is as it was.</returns>
    internal static FileError? Publish(FilePath path, uint mode, ReadOnlySpan<byte> content)
    {
        int fd = OpenTemporary(path.Parent, mode, out FilePath? temporary);
        if (fd < 0)
        {
            return FileError.FromErrno("cannot be written");
        }

        FileError? failure = Write(fd, content);
        if (failure is null && (Libc.fchmod(fd, mode) != 0 || Libc.fsync(fd) != 0))
        {
            failure = FileError.FromErrno("cannot be written");
        }

        return Finish(fd, temporary, path, failure);
    }

    /// <summary>The path with all symbolic links followed, realpath(3). Null with the reason if it leads nowhere.</summary>
    internal static FilePath? Resolve(FilePath path, out FileError error)
    {
        fixed (byte* name = path.Terminated)
        {
            byte* resolved = Libc.realpath(name, null);
            if (resolved == null)
            {
                error = FileError.FromErrno("cannot be resolved");
                return null;
            }

            error = default;
            var real = new FilePath(System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved));
            Libc.free(resolved);
            return real;
        }
    }

    private static FileError? Rename(FilePath path, int original, ReadOnlySpan<byte> content, bool isLasting)
    {
        int fd = OpenTemporary(path.Parent, 0x180, out FilePath? temporary);
        if (fd < 0)
        {
            return FileError.FromErrno("cannot be replaced in its directory");
        }

        FileError? failure = CopyMetadata(original, fd) ?? Write(fd, content);
        if (isLasting && failure is null && Libc.fsync(fd) != 0)
        {
            failure = FileError.FromErrno("cannot be written");
        }

        return Finish(fd, temporary, path, failure);
    }

    /// <summary>Puts the temporary file in the place of the other, if it was written without failure, and closes it.</summary>
    private static FileError? Finish(int fd, FilePath? temporary, FilePath path, FileError? failure)
    {
        if (temporary is not null)
        {
            failure ??= RenameTo(temporary, path);
            if (failure is not null)
            {
                Unlink(temporary);
            }
        }
        else
        {
            failure ??= NameAndRenameTo(fd, path);
        }

        _ = Libc.close(fd);
        return failure;
    }

    /// <summary>
    /// Names a nameless file and renames it. The name is always the same, so that what a kill between the two leaves is replaced by
    /// the next; another process that uses it at the same time has a whole file there, too.
    /// </summary>
    private static FileError? NameAndRenameTo(int fd, FilePath path)
    {
        FilePath name = path.Parent.Combine([.. "."u8, .. path.Name, .. ".ocihooks-new"u8]);
        for (int attempt = 0; ; attempt++)
        {
            FileError? failure = Link(fd, name);
            if (failure is null)
            {
                failure = RenameTo(name, path);
                if (failure is not { Errno: Libc.ENOENT })
                {
                    if (failure is not null)
                    {
                        Unlink(name);
                    }

                    return failure;
                }
            }
            else if (failure.Value.Errno == Libc.EEXIST)
            {
                Unlink(name);
            }
            else
            {
                return failure;
            }

            if (attempt == LinkAttempts)
            {
                return failure;
            }
        }
    }

    private static FileError? RenameTo(FilePath from, FilePath to)
    {
        fixed (byte* source = from.Terminated, target = to.Terminated)
        {
            return Libc.rename(source, target) == 0 ? null : FileError.FromErrno("cannot be replaced");
        }
    }

    private static void Unlink(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            _ = Libc.unlink(name);
        }
    }

    /// <summary>
    /// A file without a name, which a kill leaves nothing of; where the file system has none, one with a name.
    /// </summary>
    private static int OpenTemporary(FilePath directory, uint mode, out FilePath? temporary)
    {
        temporary = null;
        fixed (byte* path = directory.Terminated)
        {
            int fd = Libc.Open(path, Libc.O_TMPFILE | Libc.O_RDWR, mode);
            if (fd >= 0 || Libc.Errno is not (Libc.EOPNOTSUPP or Libc.EISDIR or Libc.EINVAL))
            {
                return fd;
            }
        }

        temporary = directory.Combine(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $".ocihooks-{Libc.getpid()}-{System.Diagnostics.Stopwatch.GetTimestamp():x}.tmp")));
        fixed (byte* path = temporary.Terminated)
        {
            return Libc.Open(path, Libc.O_CREAT | Libc.O_EXCL | Libc.O_RDWR, mode);
        }
    }

    private static FileError? Link(int fd, FilePath name)
    {
        byte empty = 0;
        fixed (byte* to = name.Terminated)
        {
            if (Libc.linkat(fd, &empty, Libc.AT_FDCWD, to, Libc.AT_EMPTY_PATH) == 0)
            {
                return null;
            }
        }

        // The first way needs CAP_DAC_READ_SEARCH, the second needs /proc.
        if (Libc.Errno != Libc.EEXIST)
        {
            ReadOnlySpan<byte> self = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}\0"));
            fixed (byte* to = name.Terminated, from = self)
            {
                if (Libc.linkat(Libc.AT_FDCWD, from, Libc.AT_FDCWD, to, Libc.AT_SYMLINK_FOLLOW) == 0)
                {
                    return null;
                }
            }
        }

        return FileError.FromErrno("cannot be replaced");
    }

    private static FileError? Write(int fd, ReadOnlySpan<byte> content)
    {
        fixed (byte* bytes = content)
        {
            return Libc.WriteAll(fd, bytes, content.Length) ? null : FileError.FromErrno("cannot be written");
        }
    }

    private static FileError? CopyMetadata(int from, int to)
    {
        if (!Libc.StatDescriptor(from, out FileStatus wanted) || !Libc.StatDescriptor(to, out FileStatus actual))
        {
            return FileError.FromErrno("cannot be examined");
        }

        bool owned = wanted.User == actual.User && wanted.Group == actual.Group;
        if ((!owned && Libc.fchown(to, wanted.User, wanted.Group) != 0) || Libc.fchmod(to, wanted.Permissions) != 0)
        {
            return FileError.FromErrno("cannot be replaced with its owner and mode kept");
        }

        return CopyExtendedAttributes(from, to);
    }

    private static FileError? CopyExtendedAttributes(int from, int to)
    {
        const string failure = "cannot be replaced with its extended attributes kept";
        nint size = Libc.flistxattr(from, null, 0);
        if (size <= 0)
        {
            return size == 0 || Libc.Errno == Libc.EOPNOTSUPP ? null : FileError.FromErrno(failure);
        }

        using var names = new NativeBuffer((int)size);
        using var value = new NativeBuffer(XattrLimit);
        nint length = Libc.flistxattr(from, names.Pointer, size);
        if (length < 0)
        {
            return FileError.FromErrno(failure);
        }

        for (byte* name = names.Pointer; name < names.Pointer + length;)
        {
            nint count = Libc.fgetxattr(from, name, value.Pointer, XattrLimit);
            bool isGone = count < 0 && Libc.Errno == Libc.ENODATA;
            if (!isGone && (count < 0 || Libc.fsetxattr(to, name, value.Pointer, count, 0) != 0))
            {
                return FileError.FromErrno(failure);
            }

            while (*name++ != 0)
            {
            }
        }

        return null;
    }

    /// <summary>
    /// Overwrites the file. The space is taken first, so that a full disk changes nothing; the writing is done by a
    /// process of its own, so that a kill of this one does not stop it half way.
    /// </summary>
    private static FileError? WriteInPlace(FilePath path, ReadOnlySpan<byte> content)
    {
        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, Libc.O_RDWR | Libc.O_NONBLOCK);
        }

        if (fd < 0)
        {
            return FileError.FromErrno("cannot be written");
        }

        FileError? failure = null;
        if (Libc.fallocate(fd, Libc.FALLOC_FL_KEEP_SIZE, 0, content.Length) != 0 && Libc.Errno != Libc.EOPNOTSUPP)
        {
            failure = FileError.FromErrno("cannot be written");
        }

        fixed (byte* bytes = content)
        {
            failure ??= OverwriteInChild(fd, bytes, content.Length);
        }

        _ = Libc.close(fd);
        return failure;
    }

    private static FileError? OverwriteInChild(int fd, byte* content, int length)
    {
        if (!Libc.StatDescriptor(fd, out FileStatus status))
        {
            return FileError.FromErrno("cannot be examined");
        }

        int before = (int)Math.Min(status.Size, length);
        int child = Libc.ForkSilently();
        if (child == 0)
        {
            _ = Libc.setsid();

            // What is new comes first: where there is no room for it after all, cutting it off leaves what was there.
            int failed = WriteAt(fd, content, before, length);
            failed = failed != 0 ? failed : WriteAt(fd, content, 0, before);
            _ = Libc.ftruncate(fd, failed != 0 ? status.Size : length);
            Libc._exit(failed);
        }

        if (child < 0)
        {
            return FileError.FromErrno("cannot be written in place");
        }

        int ended = 0;
        int waited;
        do
        {
            waited = Libc.waitpid(child, &ended, Libc.__WALL);
        }
        while (waited < 0 && Libc.Errno == Libc.EINTR);
        if (waited < 0)
        {
            return FileError.FromErrno("cannot be seen to be written in place");
        }

        int error = (ended & 0x7f) != 0 ? Libc.EINTR : ended >> 8;
        return error == 0 ? null : new FileError($"cannot be written in place: {Libc.ErrorText(error)}", error);
    }

    /// <summary>Writes a stretch of the content to its place in the file. The error number, or 0.</summary>
    private static int WriteAt(int fd, byte* content, int start, int end)
    {
        while (start < end)
        {
            nint n = Libc.pwrite(fd, content + start, end - start, start);
            if (n == 0 || (n < 0 && Libc.Errno != Libc.EINTR))
            {
                return n == 0 ? Libc.EIO : Libc.Errno;
            }

            start += (int)Math.Max(n, 0);
        }

        return 0;
    }
}
