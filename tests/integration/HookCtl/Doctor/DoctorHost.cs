using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>The tests of <c>hookctl doctor</c> share a host, so that what is left of one's container is not another's.</summary>
[CollectionDefinition(Name)]
public sealed class DoctorCollection : ICollectionFixture<DoctorHost>
{
    public const string Name = "doctor";
}

/// <summary>A finding as <c>hookctl doctor --json</c> tells it.</summary>
internal sealed record DoctorFinding(string Check, string Severity, string Text, string? Advice)
{
    internal static List<DoctorFinding> All(CommandResult result) =>
    [
        .. JsonNode.Parse(result.Output)!.AsArray().Select(found => new DoctorFinding(
            (string)found!["check"]!, (string)found["severity"]!, (string)found["text"]!, (string?)found["advice"])),
    ];
}

/// <summary>A host where hookctl finds what a test puts there: no engine, as nothing is in PATH.</summary>
public sealed class DoctorHost : IAsyncLifetime
{
    /// <summary>Cgroups that were there before.</summary>
    private string[] _others = [];

    public async ValueTask InitializeAsync() => _others = await CgroupsAsync();

    /// <summary>/run/systemd is there, and with it the place of a journal, which nobody made.</summary>
    internal PrivateHost Host { get; } = new();

    /// <summary>Runs hookctl without engines.</summary>
    internal Task<CommandResult> RunAsync(params IEnumerable<string> arguments) => Answered.ByAsync(() => RunOnceAsync(arguments));

    /// <summary>As <see cref="RunAsync"/> where somebody is not to answer.</summary>
    internal Task<CommandResult> RunOnceAsync(params IEnumerable<string> arguments) =>
        Host.RunAsync(CommandLine("/no/such/directory", Repository.HookCtl, arguments));

    /// <summary>As <see cref="RunOnceAsync"/>, with programs that somebody who does not answer is among.</summary>
    internal Task<CommandResult> RunOnceInAsync(string path, params IEnumerable<string> arguments) =>
        Host.RunAsync(CommandLine(path, Repository.HookCtl, arguments));

    /// <param name="path">PATH.</param>
    /// <param name="hookctl">hookctl.</param>
    /// <param name="arguments">Its arguments.</param>
    internal Task<CommandResult> RunWithAsync(string path, string hookctl, IEnumerable<string> arguments) =>
        Answered.ByAsync(() => Host.RunAsync(CommandLine(path, hookctl, arguments)));

    /// <summary>Fails if anything of the containers is left: directories, mounts, and cgroups, which are the machine's and others' too.</summary>
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
