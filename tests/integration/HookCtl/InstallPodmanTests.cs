using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install podman</c> with a real Podman.</summary>
[Trait("Needs", "root")]
public sealed class InstallPodmanTests : IAsyncLifetime
{
    private readonly PodmanHost _podman = new();

    public ValueTask InitializeAsync() => _podman.InitializeAsync();

    public ValueTask DisposeAsync() => _podman.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_runs_by_the_runtimes_name(bool byDefault)
    {
        await _podman.ResetAsync();
        _podman.Log.WriteRule(_podman.Rules, "createRuntime");
        string[] options = byDefault ? ["--default"] : [];
        CommandResult install = await HookCtlAsync(["install", .. options]);
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        string[] choice = byDefault ? [] : ["--runtime", "hooked"];

        CommandResult run = await PodmanAsync([.. choice, "run", "--name", "c1", .. _podman.RunOptions(), PodmanHost.Image, "echo", "hello"]);

        Assert.Equal((0, "hello\n"), (run.ExitCode, run.OutputText));
        _ = Assert.Single(_podman.Log.Calls);
        Assert.Equal("hooked\n", (await PodmanAsync("container", "inspect", "--format", "{{.OCIRuntime}}", "c1")).EnsureSuccess().OutputText);
        Assert.Equal(0, (await HookCtlAsync("uninstall", "--force")).ExitCode);
        Assert.NotEqual(0, (await PodmanAsync("--runtime", "hooked", "run", PodmanHost.Image, "true")).ExitCode);
    }

    private Task<CommandResult> HookCtlAsync(params string[] arguments) =>
        _podman.Host.RunAsync([Repository.HookCtl, arguments[0], "podman", .. arguments[1..]]);

    private Task<CommandResult> PodmanAsync(params string[] arguments) => _podman.Host.RunAsync(
    [
        "podman", "--root", _podman.PathTo("storage"), "--runroot", _podman.PathTo("runroot"), "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file",
        .. arguments,
    ]);
}
