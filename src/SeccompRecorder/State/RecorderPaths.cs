using System.Text;
using Linux;
using SeccompProfiles.Recordings;

namespace SeccompRecorder.State;

/// <summary>The directories of the recorder.</summary>
/// <param name="State">The directory of state that exists while containers run. It is lost at the next boot.</param>
/// <param name="Store">The directory of stored recordings.</param>
internal sealed record RecorderPaths(FilePath State, FilePath Store)
{
    private const string MachinesState = "/run/ocihooks/seccomp";

    /// <summary>The default directory to store recordings in.</summary>
    internal static string DefaultStore => RecordingStore.DefaultDirectory;

    /// <summary>
    /// The default directory of state that exists while containers run. Without root it is in the directory of the login, XDG_RUNTIME_DIR,
    /// else in the store.
    /// </summary>
    internal static string DefaultState => RecordingStore.IsOfMachine ? MachinesState
        : $"{Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? DefaultStore}/ocihooks-seccomp";

    /// <summary>The file with the offsets of the running kernel.</summary>
    internal FilePath Kernel => State.Combine("kernel"u8);

    /// <summary>The mount point for eBPF objects, used if the system has no usable one.</summary>
    internal FilePath PrivateBpf => State.Combine("bpf"u8);

    /// <summary>Creates a directory that only its owner can access, and its missing parents.</summary>
    internal static void Make(FilePath directory)
    {
        if (TryMake(directory) is { } problem)
        {
            throw new OciHooksException(problem);
        }
    }

    /// <summary>
    /// Creates a directory as <see cref="Make"/> does. Returns null if it exists and can be used, or else the reason why not.
    /// </summary>
    internal static string? TryMake(FilePath directory) =>
        StateDirectory.Make(directory) is { } problem ? $"{directory}: {problem.Text}{(problem.Errno == 0 ? "" : "; run this as root")}" : null;

    /// <summary>Whether a directory exists and only its owner can write to it.</summary>
    internal static bool IsThere(FilePath directory) => StateDirectory.IsReliable(directory);

    /// <summary>Whether a path exists. Also true if it cannot be examined.</summary>
    internal static unsafe bool Exists(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out _) || Libc.Errno != Libc.ENOENT;
        }
    }

    /// <summary>Reads a file as text; null if it is empty or cannot be read.</summary>
    internal static string? ReadText(FilePath path) =>
        KernelFile.TryRead(path, out _) is { Length: > 0 } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>Removes a file, if it exists.</summary>
    internal static unsafe void Remove(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            _ = Libc.unlink(name);
        }
    }
}
