using System.Text;
using HookEngine;
using HookEngine.Linux;
using HookEngine.Trust;
using SeccompProfiles.Recordings;

namespace SeccompRecorder;

/// <summary>The directories that recordings are in.</summary>
/// <param name="State">What is there while containers run; gone with the next boot.</param>
/// <param name="Store">What was recorded.</param>
internal sealed record Places(FilePath State, FilePath Store)
{
    private const string MachinesState = "/run/ocihooks/seccomp";

    private const uint OwnerOnly = 0x1c0; // rwx------
    private const uint AllRead = 0x1ed; // rwxr-xr-x

    /// <summary>Where recordings are stored unless it is said.</summary>
    internal static string DefaultStore => RecordingStore.DefaultDirectory;

    /// <summary>
    /// Where that is which is there while containers run: of a user without root, in the directory of the login, or else in the store.
    /// </summary>
    internal static string DefaultState => RecordingStore.IsOfMachine ? MachinesState
        : $"{Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? DefaultStore}/ocihooks-seccomp";

    /// <summary>Where the offsets of the running kernel are kept.</summary>
    internal FilePath Kernel => State.Combine("kernel"u8);

    /// <summary>Where eBPF objects are mounted if nobody else has.</summary>
    internal FilePath OwnBpf => State.Combine("bpf"u8);

    /// <summary>Makes a directory for root alone, and those above it.</summary>
    internal static void Make(FilePath directory)
    {
        if (TryMake(directory) is { } problem)
        {
            throw new OciHooksException(problem);
        }
    }

    /// <summary>As the other. Null if it is there, else why it is not to be used.</summary>
    internal static string? TryMake(FilePath directory)
    {
        if (!TryMake(directory, OwnerOnly) && Libc.Errno == Libc.ENOENT)
        {
            MakeAncestors(directory.Parent);
            _ = TryMake(directory, OwnerOnly);
        }

        return FindProblem(directory);
    }

    /// <summary>Whether a directory is there that root alone may write.</summary>
    internal static bool IsThere(FilePath directory) => FindProblem(directory) is null;

    /// <summary>Whether anything is there, or cannot be looked at.</summary>
    internal static unsafe bool Exists(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out _) || Libc.Errno != Libc.ENOENT;
        }
    }

    private static void MakeAncestors(FilePath directory)
    {
        if (!TryMake(directory, AllRead) && Libc.Errno == Libc.ENOENT && directory.Bytes.Length > 1)
        {
            MakeAncestors(directory.Parent);
            _ = TryMake(directory, AllRead);
        }
    }

    private static unsafe string? FindProblem(FilePath directory)
    {
        fixed (byte* path = directory.Terminated)
        {
            return !Libc.Stat(path, out FileStatus status) ? $"{directory}: {FileError.FromErrno("cannot be created").Text}; run this as root"
                : !status.IsDirectory || !Ownership.IsTrusted(status)
                    ? $"{directory}: is not a directory that root alone may write; take away what is there"
                : null;
        }
    }

    private static unsafe bool TryMake(FilePath directory, uint mode)
    {
        fixed (byte* path = directory.Terminated)
        {
            return Libc.mkdir(path, mode) == 0 || Libc.Errno == Libc.EEXIST;
        }
    }

    /// <summary>A file's text; null if it cannot be read.</summary>
    internal static string? ReadText(FilePath path)
    {
        byte[] text = KernelFile.Read(path);
        return text.Length == 0 ? null : Encoding.UTF8.GetString(text);
    }

    /// <summary>Removes a file, if it is there.</summary>
    internal static unsafe void Remove(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            _ = Libc.unlink(name);
        }
    }
}
