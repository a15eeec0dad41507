namespace Linux;

/// <summary>Files that the kernel makes up when they are read, as those of proc(5); they tell no size.</summary>
internal static unsafe class KernelFile
{
    private const int FirstRead = 4096;

    /// <summary>What is in the file; nothing if it is not there, or what it tells of is not.</summary>
    /// <exception cref="OciHooksException">It cannot be read: what it would tell is unknown.</exception>
    internal static byte[] Read(FilePath path) =>
        TryRead(path, out FileError error)
        ?? (error.Errno is Libc.ENOENT or Libc.ESRCH ? [] : throw new OciHooksException($"{path}: {error.Text}; see to it that it can be read"));

    /// <summary>What is in the file. Null with the reason if it cannot be read to its end.</summary>
    internal static byte[]? TryRead(FilePath path, out FileError error)
    {
        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, Libc.O_RDONLY);
        }

        if (fd < 0)
        {
            error = FileError.FromErrno("cannot be opened");
            return null;
        }

        byte[] content = new byte[FirstRead];
        int length = 0;
        nint count;
        do
        {
            if (length == content.Length)
            {
                Array.Resize(ref content, 2 * length);
            }

            fixed (byte* free = &content[length])
            {
                count = Libc.Read(fd, free, content.Length - length);
            }

            length += (int)Math.Max(count, 0);
        }
        while (count > 0);

        error = count < 0 ? FileError.FromErrno("cannot be read to its end") : default;
        _ = Libc.close(fd);
        return count < 0 ? null : content[..length];
    }
}
