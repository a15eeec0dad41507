using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests hookctl with a dockerd whose unusual paths appear only in its command line.</summary>
[Trait("Needs", "root")]
public sealed class DockerByFlagsTests : IAsyncLifetime
{
    private const string Image = "busybox:test";
    private readonly PrivateHost _host = new();

    public DockerByFlagsTests() => File.WriteAllText(Settings, "{\"exec-opts\":[\"native.cgroupdriver=cgroupfs\"]}");

    public async ValueTask InitializeAsync()
    {
        await _host.StartServerAsync(
            PathTo("log"), async () => (await DockerAsync("version")).ExitCode == 0,
            "dockerd", "--config-file", Settings, "--data-root", PathTo("data"), $"--exec-root={PathTo("exec")}", "--pidfile", PathTo("pid"),
            "-H", $"unix://{PathTo("socket")}", "--cgroup-parent", _host.Cgroup, "--bridge", "none", "--iptables=false",
            "--storage-driver", "vfs");
        _ = (await DockerAsync("import", await BusyboxImage.MakeTarAsync(_host.Root), Image)).EnsureSuccess();
    }

    private string Settings => PathTo("settings.json");

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Its_own_file_is_edited_and_its_containers_are_found()
    {
        string before = File.ReadAllText(Settings);
        CommandResult install = await HookCtlAsync("install", "docker");
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains($"changed: {Settings}, ", install.OutputText, StringComparison.Ordinal);
        Assert.Contains("dockerd was reloaded and knows the runtime\n", install.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(_host.Inside("/etc/docker/daemon.json")));

        string id = (await DockerAsync("run", "--detach", "--runtime", "hooked", "--name", "c1", Image, "sleep", "1000"))
            .EnsureSuccess().OutputText.Trim();

        CommandResult explained = await HookCtlAsync("explain", "c1");
        Assert.Equal((0, ""), (explained.ExitCode, explained.ErrorText));
        Assert.Contains(id, explained.OutputText, StringComparison.Ordinal);
        Assert.Contains(
            $"registered as \"hooked\", for containers with --runtime=hooked: {Repository.Wrapper}\n",
            (await HookCtlAsync("doctor", "--no-container")).OutputText, StringComparison.Ordinal);
        CommandResult refused = await HookCtlAsync("uninstall", "docker");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("containers use the runtime hooked: c1;", refused.OutputText, StringComparison.Ordinal);
        CommandResult forced = await HookCtlAsync("uninstall", "docker", "--force");
        Assert.Equal((0, ""), (forced.ExitCode, forced.ErrorText));
        Assert.Contains("cannot be started again, remove them and make them anew: c1\n", forced.OutputText, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Settings));
        _ = await DockerAsync("rm", "--force", id);
    }

    [Fact]
    public async Task A_file_that_it_does_not_read_is_told()
    {
        CommandResult other = await HookCtlAsync("install", "docker", "--config-file", PathTo("other.json"));

        Assert.Equal(0, other.ExitCode);
        Assert.Contains(
            $"dockerd runs with {Settings}: it knows nothing of {PathTo("other.json")} before it is started with --config-file ",
            other.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("try it", other.OutputText, StringComparison.Ordinal);
    }

    private string PathTo(string name) => Path.Combine(_host.Root, name);

    private Task<CommandResult> DockerAsync(params string[] arguments) => _host.RunAsync(
    [
        "docker", "--config", PathTo("client"), "--host", $"unix://{PathTo("socket")}", .. arguments,
    ]);

    private Task<CommandResult> HookCtlAsync(params string[] arguments) =>
        Answered.ByEngineOfAsync(Settings, () => _host.RunAsync([Repository.HookCtl, .. arguments]));
}
