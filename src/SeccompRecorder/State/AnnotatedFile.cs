using System.Globalization;
using Linux;

namespace SeccompRecorder.State;

/// <summary>
/// A file that an annotation names. If annotations may name files of one directory only, no part of the path below it may be a symbolic
/// link: whoever may write there must not redirect the recorder.
/// </summary>
/// <param name="path">The file's path, absolute and without <c>.</c> and <c>..</c>.</param>
/// <param name="directory">The directory that the file must be in, at any depth; null for any directory.</param>
internal sealed unsafe class AnnotatedFile(string path, string? directory)
{
    private const int SizeLimit = 16 * 1024 * 1024;
    private const uint AllRead = 0x1a4; // rw-r--r--

    /// <summary>Whether a path is in a directory, by its name.</summary>
    internal static bool IsBelow(string path, string directory) =>
        path.StartsWith(directory.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Reads the file's contents.</summary>
    /// <exception cref="OciHooksException">The file cannot be read.</exception>
    internal byte[] Read()
    {
        int parent = OpenParent();
        using NativeBuffer? content = RegularFile.ReadEntry(parent, Name.Terminated, SizeLimit, out _, out FileError error);
        _ = Libc.close(parent);
        return content is not null ? content.Span.ToArray() : throw Failed(error);
    }

    /// <summary>Creates or replaces the file. An existing link is also replaced, and not followed.</summary>
    /// <exception cref="OciHooksException">The file cannot be written.</exception>
    internal void Write(byte[] content)
    {
        int parent = OpenParent();
        string opened = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{parent}");
        FileError? failure = AtomicReplacement.Publish(new FilePath(opened).Combine(Name.Bytes), AllRead, content);
        _ = Libc.close(parent);
        if (failure is { } error)
        {
            throw Failed(error);
        }
    }

    private FilePath Name => new(new FilePath(path).Name);

    private int OpenParent()
    {
        string parent = new FilePath(path).Parent.ToString();
        int opened = Open(Libc.AT_FDCWD, directory ?? parent, 0);
        string rest = directory is null ? "" : parent[Math.Min(directory.TrimEnd('/').Length, parent.Length)..];
        foreach (string name in rest.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            int next = Open(opened, name, Libc.O_NOFOLLOW);
            _ = Libc.close(opened);
            opened = next;
        }

        return opened;
    }

    private int Open(int from, string name, int flags)
    {
        fixed (byte* terminated = new FilePath(name).Terminated)
        {
            int opened = Libc.OpenAt(from, terminated, Libc.O_RDONLY | Libc.O_DIRECTORY | flags);
            if (opened >= 0)
            {
                return opened;
            }
        }

        FileError error = FileError.FromErrno("cannot be opened");
        _ = from < 0 ? 0 : Libc.close(from);
        throw new OciHooksException($"{path}: {name}: {error.Text}; name a file in a directory that is there and is no link");
    }

    private OciHooksException Failed(FileError error) =>
        new($"{path}: {error.Text}; name a file in a directory that is there in io.containers.trace-syscall");
}
