namespace HookEngine.Linux;

/// <summary>
/// Reads whole files with raw system calls: the framework's own takes a lock on what it opens, and waits for ever on a FIFO.
/// </summary>
internal static unsafe class RegularFile
{
    /// <summary>
    /// Reads a regular file of at most <paramref name="limit"/> bytes. Null with the reason if that cannot be done.
    /// </summary>
    internal static NativeBuffer? Read(FilePath path, int limit, out FileError error)
    {
        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, Libc.O_RDONLY | Libc.O_NONBLOCK);
        }

        if (fd < 0)
        {
            error = FileError.FromErrno("cannot be opened");
            return null;
        }

        NativeBuffer? content = ReadDescriptor(fd, limit, out error);
        _ = Libc.close(fd);
        return content;
    }

    private static NativeBuffer? ReadDescriptor(int fd, int limit, out FileError error)
    {
        if (!Libc.StatDescriptor(fd, out FileStatus status))
        {
            error = FileError.FromErrno("cannot be examined");
            return null;
        }

        if (!status.IsRegular)
        {
            error = new FileError(status.IsDirectory ? "is a directory, not a file" : "is not a regular file", 0);
            return null;
        }

        // One byte more than the size tells the end from a file that grows.
        var buffer = new NativeBuffer((int)Math.Clamp(status.Size + 1, 512, (long)limit + 1));
        int length = 0;
        while (true)
        {
            nint n = Libc.Read(fd, buffer.Pointer + length, buffer.Length - length);
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

            if (n == 0)
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
