using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install</c> for a running containerd with its CRI plugin and a pod's container.</summary>
[Trait("Needs", "root")]
public sealed class InstallContainerdDaemonTests : IAsyncDisposable
{
    private const string Image = "docker.io/library/busybox:test";

    private readonly PrivateHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private string Main => PathTo("config.toml");

    [Theory]
    [InlineData("")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\"]\n  restrict_oom_score_adj = true\n")]
    public async Task Containers_live_on_and_the_plugin_takes_the_settings(string settings)
    {
        string text = $"""
            version = 2
            root = "{PathTo("containerd")}"
            state = "/run/containerd-test"
            [grpc]
              address = "{PathTo("containerd.sock")}"
            {settings}
            """;
        File.WriteAllText(Main, text);
        await StartAsync();
        _ = (await CtrAsync("images", "import", await BusyboxImage.MakeArchiveAsync(_host.Root, [Image]))).EnsureSuccess();
        _ = (await CtrAsync("run", "--detach", "--runc-binary", Repository.Wrapper, "--cgroup", _host.Cgroup + "/c1", Image, "c1", "sleep", "1000"))
            .EnsureSuccess();

        CommandResult install = await HookCtlAsync("install", "--default");

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        await RestartAsync();
        Assert.Contains("RUNNING", (await CtrAsync("tasks", "ls")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        string plugins = (await CtrAsync("plugins", "ls")).EnsureSuccess().OutputText;
        string cri = Assert.Single(plugins.Split('\n'), line => line.StartsWith("io.containerd.grpc.v1 ", StringComparison.Ordinal)
            && line.Contains(" cri ", StringComparison.Ordinal));
        Assert.EndsWith("ok", cri.TrimEnd(), StringComparison.Ordinal);

        CommandResult inUse = await HookCtlAsync("uninstall");
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains("use the runtime hooked: c1;", inUse.OutputText, StringComparison.Ordinal);

        _ = (await CtrAsync("tasks", "kill", "--signal", "KILL", "c1")).EnsureSuccess();
        await Eventually.TrueAsync(async () => (await CtrAsync("tasks", "delete", "c1")).ExitCode == 0, "the task can be deleted");
        Assert.Equal(0, (await HookCtlAsync("uninstall")).ExitCode);
        Assert.Equal(text, File.ReadAllText(Main));
        await RestartAsync();
    }

    private string PathTo(string name) => Path.Combine(_host.Root, name);

    private Task<CommandResult> CtrAsync(params IEnumerable<string> arguments) => _host.RunAsync(
    [
        "ctr", "--timeout", "10m", "--address", PathTo("containerd.sock"), "--namespace", "k8s.io",
        .. arguments,
    ]);

    private Task<CommandResult> HookCtlAsync(string command, params string[] options) => _host.RunAsync(
        [Repository.HookCtl, command, "containerd", "--config-file", Main, .. options]);

    private async Task StartAsync()
    {
        const string Noted = "echo $$ >\"$1\"; exec containerd --config \"$2\"";
        await _host.StartServerAsync(
            PathTo("containerd.log"), async () => (await CtrAsync("version")).ExitCode == 0, "sh", "-c", Noted, "sh", PathTo("pid"), Main);
    }

    private async Task RestartAsync()
    {
        await _host.StopDaemonAsync(PathTo("pid"));
        await StartAsync();
    }
}
