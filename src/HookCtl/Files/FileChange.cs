using HookCtl.Output;
using Linux;

namespace HookCtl.Files;

/// <summary>A file as it is and as it is to be.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Before">Its content; null if there is none.</param>
/// <param name="After">Its content to be; null if there is to be none.</param>
internal sealed record FileChange(string Path, byte[]? Before, byte[]? After)
{
    /// <summary>Whether an earlier install has made it so, and nothing is changed that it has not kept: then there is nothing to keep.</summary>
    internal bool IsOurs { get; init; }

    /// <summary>Whether it takes away what somebody has set: then the file is kept as it was with the runtime.</summary>
    internal bool Loses { get; init; }

    /// <summary>The mode it gets, whatever file is there; null for that of the file, or the usual one where there is none.</summary>
    private uint? Mode { get; init; }

    private const int SizeLimit = 16 * 1024 * 1024;
    private const uint NewFileMode = 0x1A4; // rw-r--r--
    private const string Nothing = "/dev/null";

    /// <summary>The wrapper uses nothing that is in a directory others may write, whatever the umask was.</summary>
    private const uint NewDirectoryMode = 0x1ED; // rwxr-xr-x

    /// <summary>Where a file is kept as it was before a runtime was added.</summary>
    internal static string BackupOf(string path, string name) => $"{path}.before-{name}";

    /// <summary>Where a file is kept as it was with a runtime: not in a directory of which an engine may read whatever is there.</summary>
    internal static string CopyOf(string path, string name)
    {
        string directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        return directory.EndsWith(".d", StringComparison.Ordinal)
            ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(directory)!, $"{System.IO.Path.GetFileName(path)}.with-{name}")
            : $"{path}.with-{name}";
    }

    /// <summary>The change that takes this one back, if it is not made yet.</summary>
    internal FileChange Reversed =>
        new(Path, After, Before) { Mode = After is null || Mode is not null ? Status(Path)?.Permissions : null };

    /// <summary>Reads a file; null if there is none.</summary>
    internal static byte[]? Read(string path)
    {
        using NativeBuffer? content = RegularFile.Read(new FilePath(path), SizeLimit, out FileError error);
        return content is not null ? content.Span.ToArray()
            : error.Errno != Libc.ENOENT
                ? throw new OciHooksException($"{path}: {error.Text}; fix it, or name another file with --config-file")
            : new FileInfo(path).LinkTarget is null ? null
            : throw new OciHooksException($"{path}: is a symbolic link that leads nowhere; create what it names, or remove it");
    }

    internal bool IsNone => Before is null ? After is null : After is not null && Before.AsSpan().SequenceEqual(After);

    private string Difference => UnifiedDiff.Of(
        UnifiedDiff.Lines(Before), UnifiedDiff.Lines(After), Before is null ? Nothing : Path, After is null ? Nothing : Path);

    /// <summary>How it is told.</summary>
    internal ChangedFile ToReport(string? backup) =>
        new(Path, Before is null ? "created" : After is null ? "removed" : "changed", backup, Difference);

    /// <summary>Makes the change, so that whatever happens the file is the old one or the new one.</summary>
    internal void Make()
    {
        if (After is null)
        {
            Delete(Path);
            return;
        }

        if (Before is null)
        {
            CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        }

        FileError? failure = Before is null || Mode is not null
            ? AtomicReplacement.Publish(new FilePath(Path), Mode ?? NewFileMode, After)
            : AtomicReplacement.Replace(new FilePath(Path), After, isLasting: true);
        if (failure is { } reason)
        {
            throw new OciHooksException($"{Path}: {reason.Text}; all files are as they were: make it writable, or make room, and try again");
        }
    }

    /// <summary>The change that keeps the content before this one in another file, with the file's mode.</summary>
    internal FileChange Kept(string copy) => new(copy, Read(copy), Before) { Mode = Status(Path)?.Permissions ?? NewFileMode };

    /// <summary>What a path leads to; null if to nothing.</summary>
    internal static unsafe FileStatus? Status(string path)
    {
        fixed (byte* name = new FilePath(path).Terminated)
        {
            return Libc.Stat(name, out FileStatus status) ? status : null;
        }
    }

    internal static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OciHooksException($"{path}: cannot be removed: {failure.Message}; remove it by hand");
        }
    }

    private static unsafe void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        CreateDirectory(System.IO.Path.GetDirectoryName(directory)!);
        fixed (byte* path = new FilePath(directory).Terminated)
        {
            if (Libc.mkdir(path, NewDirectoryMode) != 0 && Libc.Errno != Libc.EEXIST)
            {
                throw new OciHooksException(
                    $"{directory}: {FileError.FromErrno("cannot be created").Text}; create it, or name another file with --config-file");
            }
        }
    }
}
