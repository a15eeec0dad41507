using HookEngine;
using HookEngine.Linux;

namespace HookCtl.Install;

/// <summary>A file as it is and as it is to be.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Before">Its content; null if there is none.</param>
/// <param name="After">Its content to be; null if there is to be none.</param>
internal sealed record FileChange(string Path, byte[]? Before, byte[]? After)
{
    /// <summary>Whether what is in it before is of an earlier install: then there is nothing to keep.</summary>
    internal bool IsOurs { get; init; }

    private const int SizeLimit = 16 * 1024 * 1024;
    private const uint NewFileMode = 0x1A4; // rw-r--r--
    private const string Nothing = "/dev/null";

    /// <summary>The wrapper uses nothing that is in a directory others may write, whatever the umask was.</summary>
    private const uint NewDirectoryMode = 0x1ED; // rwxr-xr-x

    /// <summary>Where a file is kept as it was before a runtime was added.</summary>
    internal static string BackupOf(string path, string name) => $"{path}.before-{name}";

    /// <summary>Reads a file; null if there is none.</summary>
    internal static byte[]? Read(string path)
    {
        using NativeBuffer? content = RegularFile.Read(new FilePath(path), SizeLimit, out FileError error);
        return content is not null ? content.Span.ToArray()
            : error.Errno != Libc.ENOENT
                ? throw new OciHooksException($"{path}: {error.Text}; mend it, or name another file with --config-file")
            : new FileInfo(path).LinkTarget is null ? null
            : throw new OciHooksException($"{path}: is a symbolic link that leads nowhere; create what it names, or remove it");
    }

    internal bool IsNone => Before is null ? After is null : After is not null && Before.AsSpan().SequenceEqual(After);

    private string Difference => UnifiedDiff.Of(
        UnifiedDiff.Lines(Before), UnifiedDiff.Lines(After), Before is null ? Nothing : Path, After is null ? Nothing : Path);

    /// <summary>How it is told.</summary>
    internal ChangedFile Told(string? backup) =>
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

        FileError? failure = Before is null
            ? AtomicReplacement.Publish(new FilePath(Path), NewFileMode, After)
            : AtomicReplacement.Replace(new FilePath(Path), After, isLasting: true);
        if (failure is { } reason)
        {
            throw new OciHooksException($"{Path}: {reason.Text}; it is as it was: make it writable, or make room, and try again");
        }
    }

    /// <summary>Writes the content before the change beside the file, with the file's mode.</summary>
    /// <returns>Where; null if there was none.</returns>
    internal string? BackUp(string name)
    {
        if (Before is null || IsOurs)
        {
            return null;
        }

        string backup = BackupOf(Path, name);
        Keep(backup);
        return backup;
    }

    /// <summary>Writes the content before the change to another file, with the file's mode.</summary>
    internal void Keep(string copy)
    {
        if (AtomicReplacement.Publish(new FilePath(copy), Status(Path)?.Permissions ?? NewFileMode, Before!) is { } failure)
        {
            throw new OciHooksException(
                $"{copy}: {failure.Text}; {Path} is as it was: make the directory writable, or make room, and try again");
        }
    }

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
