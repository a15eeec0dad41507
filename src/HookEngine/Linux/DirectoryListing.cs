using System.Runtime.InteropServices;

namespace HookEngine.Linux;

/// <summary>The names in a directory, as bytes: a name need not be UTF-8.</summary>
internal static unsafe class DirectoryListing
{
    /// <summary>
    /// The names in an open directory but . and .., in no order. Null with the reason if it cannot be read, or has more
    /// than <paramref name="limit"/>.
    /// </summary>
    internal static List<byte[]>? Read(int directory, int limit, out FileError error)
    {
        const int nameOffset = 19;
        byte* self = stackalloc byte[2] { (byte)'.', 0 };
        int descriptor = Libc.OpenAt(directory, self, Libc.O_RDONLY | Libc.O_DIRECTORY);
        void* stream = descriptor < 0 ? null : Libc.fdopendir(descriptor);
        if (stream == null)
        {
            error = FileError.FromErrno("cannot be read");
            return null;
        }

        var names = new List<byte[]>();
        for (byte* entry = Libc.readdir(stream); entry != null && names.Count <= limit; entry = Libc.readdir(stream))
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameOffset);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(name.ToArray());
            }
        }

        _ = Libc.closedir(stream);
        error = names.Count > limit ? new FileError($"has more than {limit} entries", 0) : default;
        return names.Count > limit ? null : names;
    }

    /// <summary>The names in a directory that end so, in no order. Null with the reason if it cannot be read.</summary>
    internal static List<byte[]>? ReadEndingIn(FilePath directory, byte[] suffix, out FileError error)
    {
        fixed (byte* path = directory.Terminated)
        {
            int descriptor = Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY);
            if (descriptor < 0)
            {
                error = FileError.FromErrno("cannot be read");
                return null;
            }

            List<byte[]>? names = Read(descriptor, int.MaxValue, out error);
            _ = Libc.close(descriptor);
            return names?.FindAll(name => name.AsSpan().EndsWith(suffix));
        }
    }
}
