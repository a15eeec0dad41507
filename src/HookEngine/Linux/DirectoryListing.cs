using System.Runtime.InteropServices;

namespace HookEngine.Linux;

/// <summary>The names in a directory, as bytes: a name need not be UTF-8.</summary>
internal static unsafe class DirectoryListing
{
    /// <summary>The names that end in <paramref name="suffix"/>, in no order. Null with the reason if it cannot be read.</summary>
    internal static List<byte[]>? Read(FilePath directory, ReadOnlySpan<byte> suffix, out FileError error)
    {
        const int nameOffset = 19;
        void* stream;
        fixed (byte* path = directory.Terminated)
        {
            stream = Libc.opendir(path);
        }

        if (stream == null)
        {
            error = FileError.FromErrno("cannot be read");
            return null;
        }

        var names = new List<byte[]>();
        for (byte* entry = Libc.readdir(stream); entry != null; entry = Libc.readdir(stream))
        {
            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameOffset);
            if (name.EndsWith(suffix))
            {
                names.Add(name.ToArray());
            }
        }

        _ = Libc.closedir(stream);
        error = default;
        return names;
    }
}
