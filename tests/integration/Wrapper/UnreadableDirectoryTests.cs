using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests directories that cannot be listed completely, as on a failing disk, NFS or FUSE. An unseen file is not a missing one.
/// </summary>
public sealed class UnreadableDirectoryTests : IDisposable
{
    private const string InputOutputError = "5";

    private readonly WrapperBench _bench = new();

    public UnreadableDirectoryTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_create_is_refused_without_the_rules_of_such_a_directory() => _bench.AssertRefused(
        Failing(Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "create", "--bundle", _bench.Bundle, "c1"),
        125, WrapperBench.MinimalConfig, $"{_bench.Rules}: cannot be read to its end: input/output error; see to it that it can be read, and try again");

    [Theory]
    [InlineData("touch cdi", "not a directory", "cdiSpecDirs")]
    [InlineData("ln -s nowhere cdi", "leads nowhere", "see to it that what it stands for is there")]
    public void A_create_is_refused_without_the_devices_of_such_a_directory(string script, string problem, string advice)
    {
        // The directory of rules is readable. Only the path of the devices is not a directory.
        string devices = Path.Combine(_bench.Root, "cdi");
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();
        _bench.Set("cdiSpecDirs", new JsonArray(devices));
        _bench.WriteRule("a.json", """{"version":"ocihooks/1","when":{"always":true},"cdi":["vendor.com/net=0"]}""");

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, devices, problem, advice);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("validate")]
    public void Hookctl_says_so(string command)
    {
        CommandResult result = Failing(Repository.HookCtl, command, "--config", _bench.SettingsFile);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(_bench.Rules, result.OutputText + result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("input/output error", result.OutputText + result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "--store")]
    [InlineData("record", "--stop")]
    public void Hookctl_does_not_say_that_there_are_no_recordings(params string[] arguments)
    {
        string[] store = arguments[^1] == "--store" ? [_bench.Rules] : [];
        CommandResult result = Failing([Repository.HookCtl, "seccomp", .. arguments, .. store, "--config", _bench.SettingsFile]);

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.Contains(_bench.Rules, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("input/output error", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_recording_that_ends_does_not_end_others_that_cannot_be_seen()
    {
        string state = Directory.CreateDirectory(Path.Combine(_bench.Root, "state")).FullName;
        CommandResult result = new Command(
            "unshare", "--mount", "--propagation", "private",
            Probes.Failing, "getdents64", InputOutputError,
            Repository.SeccompRecorder, "stop", "--state", state, "--store", Path.Combine(_bench.Root, "store"))
        {
            Input = """{"ociVersion":"1.0.2","id":"c1","status":"stopped","pid":0,"bundle":"/nowhere"}"""u8.ToArray(),
        }.Run();

        Assert.Equal(125, result.ExitCode);
        Assert.Contains(state, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("input/output error", result.ErrorText, StringComparison.Ordinal);
    }

    private CommandResult Failing(params IEnumerable<string> commandLine) =>
        new Command(Probes.Failing, ["getdents64", InputOutputError, .. commandLine.Select(word => (ByteString)word)])
        {
            WorkingDirectory = _bench.Root,
            Environment = [.. Command.InheritedEnvironment, $"RECORDER_DIR={_bench.Records}"],
        }.Run();
}
