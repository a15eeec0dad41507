using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>The collection of tests of <c>hookctl doctor</c>. They share a host, so none sees the remains of another's container.</summary>
[CollectionDefinition(Name)]
public sealed class DoctorCollection : ICollectionFixture<DoctorHost>
{
    public const string Name = "doctor";
}

/// <summary>A finding in the output of <c>hookctl doctor --json</c>.</summary>
internal sealed record DoctorFinding(string Check, string Severity, string Text, string? Advice)
{
    internal static List<DoctorFinding> All(CommandResult result) =>
    [
        .. JsonNode.Parse(result.Output)!.AsArray().Select(found => new DoctorFinding(
            (string)found!["check"]!, (string)found["severity"]!, (string)found["text"]!, (string?)found["advice"])),
    ];
}

/// <summary>A host where hookctl finds only what a test installs. It finds no engine, because PATH has no programs.</summary>
public sealed class DoctorHost : IAsyncLifetime
{
    /// <summary>The cgroups that existed before.</summary>
    private string[] _others = [];

    public async ValueTask InitializeAsync() => _others = await CgroupsAsync();

    /// <summary>The host. It has /run/systemd, the parent of the journal's directory, which nobody has made.</summary>
    internal PrivateHost Host { get; } = new();

    /// <summary>Runs doctor without engines.</summary>
    internal Task<CommandResult> RunAsync(params IEnumerable<string> arguments) => Answered.ByAsync(() => RunOnceAsync(arguments));

    /// <summary>Runs doctor like <see cref="RunAsync"/>, but only once, if some program must not answer.</summary>
    internal Task<CommandResult> RunOnceAsync(params IEnumerable<string> arguments) =>
        Host.RunAsync(CommandLine("/no/such/directory", Repository.HookCtl, arguments));

    /// <summary>Runs doctor like <see cref="RunOnceAsync"/>, with programs in PATH. One of them does not answer.</summary>
    internal Task<CommandResult> RunOnceInAsync(string path, params IEnumerable<string> arguments) =>
        Host.RunAsync(CommandLine(path, Repository.HookCtl, arguments));

    /// <param name="path">The value of PATH.</param>
    /// <param name="hookctl">The hookctl program.</param>
    /// <param name="arguments">Its arguments.</param>
    internal Task<CommandResult> RunWithAsync(string path, string hookctl, IEnumerable<string> arguments) =>
        Answered.ByAsync(() => Host.RunAsync(CommandLine(path, hookctl, arguments)));

    /// <summary>
    /// Asserts that doctor's containers have left no directories, mounts or cgroups. Others on the machine have such cgroups too.
    /// </summary>
    internal async Task AssertNothingIsLeftAsync()
    {
        Assert.Equal("", (await Host.ShellAsync("ls -d /run/ocihooks-doctor* 2>/dev/null; grep ocihooks-doctor /proc/mounts")).OutputText);
        await Eventually.TrueAsync(async () => (await CgroupsAsync()).All(_others.Contains), "no cgroup is left");
    }

    private async Task<string[]> CgroupsAsync() =>
        (await Host.ShellAsync("find /sys/fs/cgroup -name 'ocihooks-doctor*' 2>/dev/null")).OutputText.Split('\n');

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static string[] CommandLine(string path, string hookctl, IEnumerable<string> arguments) =>
        ["env", "PATH=" + path, hookctl, "doctor", .. arguments];
}
