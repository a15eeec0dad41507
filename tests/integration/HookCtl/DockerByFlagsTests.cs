using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>hookctl and a dockerd whose places are none of the usual ones, and are told by its command line only.</summary>
[Trait("Needs", "root")]
public sealed class DockerByFlagsTests : IDisposable
{
    private const string Image = "busybox:test";
    private readonly PrivateHost _host = new();

    public DockerByFlagsTests()
    {
        File.WriteAllText(Settings, "{\"exec-opts\":[\"native.cgroupdriver=cgroupfs\"]}");
        _host.StartServer(
            PathTo("log"), () => Docker("version").ExitCode == 0,
            "dockerd", "--config-file", Settings, "--data-root", PathTo("data"), $"--exec-root={PathTo("exec")}", "--pidfile", PathTo("pid"),
            "-H", $"unix://{PathTo("socket")}", "--cgroup-parent", _host.Cgroup, "--bridge", "none", "--iptables=false",
            "--storage-driver", "vfs");
        _ = Docker("import", BusyboxImage.MakeTar(_host.Root), Image).EnsureSuccess();
    }

    private string Settings => PathTo("settings.json");

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Its_own_file_is_edited_and_its_containers_are_found()
    {
        string before = File.ReadAllText(Settings);
        CommandResult install = HookCtl("install", "docker");
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains($"changed: {Settings}, ", install.OutputText, StringComparison.Ordinal);
        Assert.Contains("dockerd was reloaded and knows the runtime\n", install.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(_host.Inside("/etc/docker/daemon.json")));

        string id = Docker("run", "--detach", "--runtime", "hooked", "--name", "c1", Image, "sleep", "1000").EnsureSuccess().OutputText.Trim();

        CommandResult explained = HookCtl("explain", "c1");
        Assert.Equal((0, ""), (explained.ExitCode, explained.ErrorText));
        Assert.Contains(id, explained.OutputText, StringComparison.Ordinal);
        Assert.Contains(
            $"registered as \"hooked\", for containers with --runtime=hooked: {Repository.Wrapper}\n",
            HookCtl("doctor", "--no-container").OutputText, StringComparison.Ordinal);
        CommandResult refused = HookCtl("uninstall", "docker");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("containers use the runtime hooked: c1;", refused.OutputText, StringComparison.Ordinal);
        CommandResult forced = HookCtl("uninstall", "docker", "--force");
        Assert.Equal((0, ""), (forced.ExitCode, forced.ErrorText));
        Assert.Contains("cannot be started again, remove them and make them anew: c1\n", forced.OutputText, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Settings));
        _ = Docker("rm", "--force", id);
    }

    [Fact]
    public void A_file_that_it_does_not_read_is_told()
    {
        CommandResult other = HookCtl("install", "docker", "--config-file", PathTo("other.json"));

        Assert.Equal(0, other.ExitCode);
        Assert.Contains(
            $"dockerd runs with {Settings}: it knows nothing of {PathTo("other.json")} before it is started with --config-file ",
            other.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("try it", other.OutputText, StringComparison.Ordinal);
    }

    private string PathTo(string name) => Path.Combine(_host.Root, name);

    private CommandResult Docker(params string[] arguments) => _host.Run(
    [
        "docker", "--config", PathTo("client"), "--host", $"unix://{PathTo("socket")}", .. arguments.Select(word => (ByteString)word),
    ]);

    private CommandResult HookCtl(params string[] arguments) =>
        Answered.ByEngineOf(Settings, () => _host.Run([Repository.HookCtl, .. arguments.Select(word => (ByteString)word)]));
}
