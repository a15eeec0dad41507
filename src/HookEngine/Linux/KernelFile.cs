namespace HookEngine.Linux;

/// <summary>Files that the kernel makes up when they are read, as those of proc(5); they tell no size.</summary>
internal static unsafe class KernelFile
{
    private const int FirstRead = 4096;

    /// <summary>What is in the file; nothing if it cannot be read.</summary>
    internal static byte[] Read(FilePath path)
    {
        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, Libc.O_RDONLY);
        }

        if (fd < 0)
        {
            return [];
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

        _ = Libc.close(fd);
        return content[..length];
    }
}
