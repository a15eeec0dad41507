using System.Text;
using Linux;
using SeccompProfiles.Recordings;

namespace SeccompRecorder.State;

/// <summary>The directories that recordings are in.</summary>
/// <param name="State">What is there while containers run; gone with the next boot.</param>
/// <param name="Store">What was recorded.</param>
internal sealed record RecorderPaths(FilePath State, FilePath Store)
{
    private const string MachinesState = "/run/ocihooks/seccomp";

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
    internal FilePath PrivateBpf => State.Combine("bpf"u8);

    /// <summary>Makes a directory for root alone, and those above it.</summary>
    internal static void Make(FilePath directory)
    {
        if (TryMake(directory) is { } problem)
        {
            throw new OciHooksException(problem);
        }
    }

    /// <summary>As the other. Null if it is there, else why it is not to be used.</summary>
    internal static string? TryMake(FilePath directory) =>
        StateDirectory.Make(directory) is { } problem ? $"{directory}: {problem.Text}{(problem.Errno == 0 ? "" : "; run this as root")}" : null;

    /// <summary>Whether a directory is there that root alone may write.</summary>
    internal static bool IsThere(FilePath directory) => StateDirectory.IsReliable(directory);

    /// <summary>Whether anything is there, or cannot be looked at.</summary>
    internal static unsafe bool Exists(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out _) || Libc.Errno != Libc.ENOENT;
        }
    }

    /// <summary>A file's text; null if it cannot be read.</summary>
    internal static string? ReadText(FilePath path) =>
        KernelFile.TryRead(path, out _) is { Length: > 0 } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>Removes a file, if it is there.</summary>
    internal static unsafe void Remove(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            _ = Libc.unlink(name);
        }
    }
}
