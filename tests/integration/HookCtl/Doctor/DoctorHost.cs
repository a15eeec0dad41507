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
public sealed class DoctorHost : IDisposable
{
    /// <summary>Cgroups that were there before.</summary>
    private readonly string[] _others;

    public DoctorHost() => _others = Cgroups();

    /// <summary>/run/systemd is there, and with it the place of a journal, which nobody made.</summary>
    internal PrivateHost Host { get; } = new();

    /// <summary>Runs hookctl without engines.</summary>
    internal CommandResult Run(params IEnumerable<string> arguments) => Answered.By(() => RunOnce(arguments));

    /// <summary>As <see cref="Run"/> where somebody is not to answer.</summary>
    internal CommandResult RunOnce(params IEnumerable<string> arguments) =>
        Host.Run(CommandLine("/no/such/directory", Repository.HookCtl, arguments));

    /// <summary>As <see cref="RunOnce"/>, with programs that somebody who does not answer is among.</summary>
    internal CommandResult RunOnceIn(string path, params IEnumerable<string> arguments) =>
        Host.Run(CommandLine(path, Repository.HookCtl, arguments));

    /// <param name="path">PATH.</param>
    /// <param name="hookctl">hookctl.</param>
    /// <param name="arguments">Its arguments.</param>
    internal CommandResult RunWith(string path, string hookctl, IEnumerable<string> arguments) =>
        Answered.By(() => Host.Run(CommandLine(path, hookctl, arguments)));

    /// <summary>Fails if anything of the containers is left: directories, mounts, and cgroups, which are the machine's and others' too.</summary>
    internal void AssertNothingIsLeft()
    {
        Assert.Equal("", Host.Shell("ls -d /run/ocihooks-doctor* 2>/dev/null; grep ocihooks-doctor /proc/mounts").OutputText);
        Eventually.True(() => Cgroups().All(_others.Contains), "no cgroup is left");
    }

    private string[] Cgroups() => Host.Shell("find /sys/fs/cgroup -name 'ocihooks-doctor*' 2>/dev/null").OutputText.Split('\n');

    public void Dispose() => Host.Dispose();

    private static IEnumerable<ByteString> CommandLine(string path, string hookctl, IEnumerable<string> arguments) =>
        new[] { "env", "PATH=" + path, hookctl, "doctor" }.Concat(arguments).Select(word => (ByteString)word);
}
