using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install podman</c> for the real one.</summary>
[Trait("Needs", "root")]
public sealed class InstallPodmanTests : IDisposable
{
    private readonly PodmanHost _podman = new();

    public void Dispose() => _podman.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_container_runs_by_the_runtimes_name(bool byDefault)
    {
        _podman.Reset();
        _podman.Log.WriteRule(_podman.Rules, "createRuntime");
        string[] options = byDefault ? ["--default"] : [];
        CommandResult install = HookCtl(["install", .. options]);
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        string[] choice = byDefault ? [] : ["--runtime", "hooked"];

        CommandResult run = Podman([.. choice, "run", "--name", "c1", .. _podman.RunOptions(), PodmanHost.Image, "echo", "hello"]);

        Assert.Equal((0, "hello\n"), (run.ExitCode, run.OutputText));
        _ = Assert.Single(_podman.Log.Calls);
        Assert.Equal("hooked\n", Podman("container", "inspect", "--format", "{{.OCIRuntime}}", "c1").EnsureSuccess().OutputText);
        Assert.Equal(0, HookCtl("uninstall", "--force").ExitCode);
        Assert.NotEqual(0, Podman("--runtime", "hooked", "run", PodmanHost.Image, "true").ExitCode);
    }

    private CommandResult HookCtl(params string[] arguments) =>
        _podman.Host.Run([Repository.HookCtl, arguments[0], "podman", .. arguments[1..].Select(word => (ByteString)word)]);

    private CommandResult Podman(params string[] arguments) => _podman.Host.Run(
    [
        "podman", "--root", _podman.PathTo("storage"), "--runroot", _podman.PathTo("runroot"), "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file",
        .. arguments.Select(word => (ByteString)word),
    ]);
}
