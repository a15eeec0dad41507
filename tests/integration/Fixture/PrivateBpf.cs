namespace IntegrationTests.Fixture;

/// <summary>
/// A file system for eBPF objects that nobody else sees. The recorder and its removal take what is at the usual place for theirs, whatever
/// directory they keep their notes in.
/// </summary>
internal static class PrivateBpf
{
    /// <summary>Shell, for a mount namespace of one's own.</summary>
    public const string Mount = "if mountpoint -q /sys/fs/bpf; then mount -t bpf bpf /sys/fs/bpf; fi";

    /// <summary>Runs a program where it has one.</summary>
    public static Task<CommandResult> RunAsync(string input, params IEnumerable<string> program) =>
        new ExternalProgram("unshare", ["--mount", "--propagation", "private", "sh", "-c", $"{Mount}; exec \"$@\"", "sh", .. program])
        {
            Input = input,
        }.RunAsync();
}
