using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install</c> for a containerd that runs, with its CRI plugin, and has a pod's container.</summary>
[Trait("Needs", "root")]
public sealed class InstallContainerdDaemonTests : IDisposable
{
    private const string Image = "docker.io/library/busybox:test";

    private readonly PrivateHost _host = new();

    public void Dispose() => _host.Dispose();

    private string Main => PathTo("config.toml");

    [Theory]
    [InlineData("")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\"]\n  restrict_oom_score_adj = true\n")]
    public void Containers_live_on_and_the_plugin_takes_the_settings(string settings)
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
        Start();
        _ = Ctr("images", "import", BusyboxImage.MakeArchive(_host.Root, [Image])).EnsureSuccess();
        _ = Ctr("run", "--detach", "--runc-binary", Repository.Wrapper, "--cgroup", _host.Cgroup + "/c1", Image, "c1", "sleep", "1000")
            .EnsureSuccess();

        CommandResult install = HookCtl("install", "--default");

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Restart();
        Assert.Contains("RUNNING", Ctr("tasks", "ls").EnsureSuccess().OutputText, StringComparison.Ordinal);
        string plugins = Ctr("plugins", "ls").EnsureSuccess().OutputText;
        string cri = Assert.Single(plugins.Split('\n'), line => line.StartsWith("io.containerd.grpc.v1 ", StringComparison.Ordinal)
            && line.Contains(" cri ", StringComparison.Ordinal));
        Assert.EndsWith("ok", cri.TrimEnd(), StringComparison.Ordinal);

        CommandResult inUse = HookCtl("uninstall");
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains("use the runtime hooked: c1;", inUse.OutputText, StringComparison.Ordinal);

        _ = Ctr("tasks", "kill", "--signal", "KILL", "c1").EnsureSuccess();
        Eventually.True(() => Ctr("tasks", "delete", "c1").ExitCode == 0, "the task can be deleted");
        Assert.Equal(0, HookCtl("uninstall").ExitCode);
        Assert.Equal(text, File.ReadAllText(Main));
        Restart();
    }

    private string PathTo(string name) => Path.Combine(_host.Root, name);

    private CommandResult Ctr(params IEnumerable<string> arguments) => _host.Run(
    [
        "ctr", "--timeout", "10m", "--address", PathTo("containerd.sock"), "--namespace", "k8s.io",
        .. arguments.Select(word => (ByteString)word),
    ]);

    private CommandResult HookCtl(string command, params string[] options) => _host.Run(
        [Repository.HookCtl, command, "containerd", "--config-file", Main, .. options.Select(word => (ByteString)word)]);

    private void Start()
    {
        const string Noted = "echo $$ >\"$1\"; exec containerd --config \"$2\"";
        _host.StartServer(
            PathTo("containerd.log"), () => Ctr("version").ExitCode == 0, "sh", "-c", Noted, "sh", PathTo("pid"), Main);
    }

    private void Restart()
    {
        _host.StopDaemon(PathTo("pid"));
        Start();
    }
}
