namespace IntegrationTests.Fixture;

/// <summary>
/// A private file system for eBPF objects. The recorder and its removal use whatever is at the usual path, regardless of the directory
/// of their notes.
/// </summary>
internal static class PrivateBpf
{
    /// <summary>A shell command that mounts it. It must run in a private mount namespace.</summary>
    public const string Mount = "if mountpoint -q /sys/fs/bpf; then mount -t bpf bpf /sys/fs/bpf; fi";

    /// <summary>Runs a program in a mount namespace that has one.</summary>
    public static Task<CommandResult> RunAsync(string input, params IEnumerable<string> program) =>
        new ExternalProgram("unshare", ["--mount", "--propagation", "private", "sh", "-c", $"{Mount}; exec \"$@\"", "sh", .. program])
        {
            Input = input,
        }.RunAsync();
}
