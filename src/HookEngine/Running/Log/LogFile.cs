using HookEngine.Model;
using Linux;
using Linux.Paths;

namespace HookEngine.Running.Log;

/// <summary>
/// The file that <c>log.file</c> names. It tells what hooks print, so it is not for all to read; and it is judged as a rule is, for
/// whoever could put another in its place would choose what root appends to.
/// </summary>
internal static unsafe class LogFile
{
    /// <summary>
    /// How to have one that is used, also where <c>/var/log</c> can be written by a group, as on Ubuntu, whose own logs need that.
    /// </summary>
    internal const string Advice =
        "make a directory for it, install -d -m 750 /var/lib/ocihooks/log, and set log.file to /var/lib/ocihooks/log/hooks.log";

    private const uint OwnerWritesGroupReads = 0x1a0; // rw-r-----

    /// <summary>Opens it for appending, and makes it if it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trust">What becomes of a file that others than root may change.</param>
    /// <param name="problem">What is wrong with it; it may be used all the same.</param>
    /// <returns>The descriptor, or -1.</returns>
    internal static int OpenForAppending(FilePath path, TrustPolicy trust, out string? problem) =>
        Open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT, trust, out problem, out _);

    /// <summary>Opens it for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trust">What becomes of a file that others than root may change.</param>
    /// <param name="problem">What is wrong with it; it may be used all the same. Null also if it is not there.</param>
    /// <param name="status">Which file it is.</param>
    /// <returns>The descriptor, or -1.</returns>
    internal static int OpenForReading(FilePath path, TrustPolicy trust, out string? problem, out FileStatus status)
    {
        int fd = Open(path, Libc.O_RDONLY, trust, out problem, out status);
        problem = fd < 0 && status.Inode == 0 && Libc.Errno == Libc.ENOENT ? null : problem;
        return fd;
    }

    private static int Open(FilePath path, int flags, TrustPolicy trust, out string? problem, out FileStatus status)
    {
        status = default;
        FileError error = default;
        problem = trust == TrustPolicy.Off ? null : FindViolation(path, out error);
        if (problem is not null && trust == TrustPolicy.Enforce)
        {
            problem = error.Text is null ? $"is not to be trusted: {problem}" : problem;
            Libc.Errno = error.Errno;
            return -1;
        }

        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, flags | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_NOCTTY, OwnerWritesGroupReads);
        }

        if (fd < 0)
        {
            problem = Libc.Errno == Libc.ELOOP ? "is a symbolic link; name the file itself" : FileError.FromErrno("cannot be opened").Text;
            return -1;
        }

        string? defect = !Libc.StatDescriptor(fd, out status) ? FileError.FromErrno("cannot be examined").Text
            : !status.IsRegular ? "is not a regular file; name one"
            : trust == TrustPolicy.Enforce && Ownership.Violation(status, path, false) is { } violation ? violation
            : null;
        if (defect is null)
        {
            return fd;
        }

        _ = Libc.close(fd);
        problem = defect;
        Libc.Errno = 0;
        return -1;
    }

    /// <summary>What lets others put another file in its place, or why that cannot be told; null if nothing does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="error">Why its directory cannot be judged: what was not looked at is not to be trusted.</param>
    private static string? FindViolation(FilePath path, out FileError error)
    {
        var walk = new PathWalk();
        WalkedDirectory? directory = walk.FindDirectory(path.Parent, out string? violation, out error);
        walk.Release();
        if (directory is null)
        {
            return $"cannot be judged, as its directory {error.Text}";
        }

        // The directory may be the system's, whose owner and mode are as they must be.
        string? told = violation ?? Ownership.OpenTo(directory.Status, directory.Path);
        int ownAdvice = told?.LastIndexOf("; ", StringComparison.Ordinal) ?? -1;
        return told is null ? null : $"{(ownAdvice < 0 ? told : told[..ownAdvice])}; {Advice}";
    }
}
