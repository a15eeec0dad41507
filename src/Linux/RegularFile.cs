namespace Linux;

/// <summary>
/// Reads whole files with raw system calls: the framework's own takes a lock on what it opens, and waits for ever on a FIFO.
/// </summary>
internal static unsafe class RegularFile
{
    /// <summary>How often, and how far apart, a file is read again that was written while it was read.</summary>
    private const int Rereads = 5;
    private const uint RereadMicroseconds = 10_000;

    /// <summary>
    /// Reads a regular file of at most <paramref name="limit"/> bytes. Null with the reason if that cannot be done.
    /// </summary>
    internal static NativeBuffer? Read(FilePath path, int limit, out FileError error) => Read(path, limit, out _, out error);

    /// <summary>As <see cref="Read(FilePath, int, out FileError)"/>, and tells whose file it is.</summary>
    internal static NativeBuffer? Read(FilePath path, int limit, out FileStatus status, out FileError error) =>
        Read(Libc.AT_FDCWD, path.Terminated, 0, limit, out status, out error);

    /// <summary>
    /// As <see cref="Read(FilePath, int, out FileError)"/>, of an entry of an open directory, and not through a symbolic link.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="terminatedName">The name, ended with a NUL.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="status">Whose file it is.</param>
    /// <param name="error">Why it cannot be read; <see cref="Libc.ELOOP"/> for a symbolic link.</param>
    internal static NativeBuffer? ReadEntry(
        int directory, ReadOnlySpan<byte> terminatedName, int limit, out FileStatus status, out FileError error) =>
        Read(directory, terminatedName, Libc.O_NOFOLLOW, limit, out status, out error);

    private static NativeBuffer? Read(
        int directory, ReadOnlySpan<byte> terminatedPath, int flags, int limit, out FileStatus status, out FileError error)
    {
        int fd;
        fixed (byte* name = terminatedPath)
        {
            fd = Libc.OpenAt(directory, name, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY | flags);
        }

        if (fd < 0)
        {
            error = FileError.FromErrno("cannot be opened");
            status = default;
            return null;
        }

        NativeBuffer? content = ReadDescriptor(fd, limit, out status, out error);
        _ = Libc.close(fd);
        return content;
    }

    /// <summary>Reads it, again if it was written meanwhile: half of each of two texts is neither.</summary>
    private static NativeBuffer? ReadDescriptor(int fd, int limit, out FileStatus before, out FileError error)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (!Libc.StatDescriptor(fd, out before))
            {
                error = FileError.FromErrno("cannot be examined");
                return null;
            }

            if (!before.IsRegular)
            {
                error = new FileError(before.IsDirectory ? "is a directory, not a file" : "is not a regular file", 0);
                return null;
            }

            NativeBuffer? content = ReadAll(fd, before.Size, limit, out error);
            if (content is null || (Libc.StatDescriptor(fd, out FileStatus after) && before.IsUnchangedIn(after)))
            {
                return content;
            }

            content.Dispose();
            if (attempt == Rereads)
            {
                error = new FileError("is being written all the time; replace it by renaming a new file over it", Libc.EBUSY);
                return null;
            }

            _ = Libc.usleep(RereadMicroseconds);
        }
    }

    private static NativeBuffer? ReadAll(int fd, long size, int limit, out FileError error)
    {
        // One byte more than the size tells the end from a file that grows.
        var buffer = new NativeBuffer((int)Math.Clamp(size + 1, 512, (long)limit + 1));
        int length = 0;
        while (true)
        {
            nint n = Libc.ReadAt(fd, buffer.Pointer + length, buffer.Length - length, length);
            if (n < 0)
            {
                error = FileError.FromErrno("cannot be read");
                buffer.Dispose();
                return null;
            }

            length += (int)n;
            if (length > limit)
            {
                error = new FileError($"is larger than the {limit} bytes allowed", 0);
                buffer.Dispose();
                return null;
            }

            // Files of /proc have no size until they are read.
            if (n == 0 || (length == size && size > 0))
            {
                buffer.Shorten(length);
                error = default;
                return buffer;
            }

            if (length == buffer.Length)
            {
                buffer.Grow((int)Math.Min(2L * buffer.Length, (long)limit + 1));
            }
        }
    }
}
