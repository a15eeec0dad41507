using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests the wrapper in the daemon's configuration.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerDaemonTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    [Fact]
    public async Task A_runtime_can_be_registered_while_the_daemon_runs()
    {
        CommandResult unknown = await daemon.DockerAsync("run", "--rm", "--runtime", "late", DockerDaemon.Image, "true");
        Assert.Equal(125, unknown.ExitCode);
        Assert.Contains("late", unknown.ErrorText, StringComparison.Ordinal);

        daemon.Configure(moreRuntimes: "late");
        await daemon.ReloadAsync();
        await Eventually.TrueAsync(
            async () => (await InfoAsync("{{json .Runtimes}}")).Contains("\"late\"", StringComparison.Ordinal), "docker info shows the runtime");

        daemon.Log.WriteRule(daemon.Rules, "createRuntime");
        Assert.Equal("late\n", (await daemon.DockerRunAsync("late", "--rm", DockerDaemon.Image, "echo", "late")).EnsureSuccess().OutputText);
        _ = Assert.Single(daemon.Log.Calls);
    }

    [Fact]
    public async Task The_wrapper_can_be_the_default_runtime()
    {
        string before = await InfoAsync("{{.RuncCommit.ID}}");
        daemon.Configure("hooked");
        await daemon.ReloadAsync();
        await Eventually.EqualAsync("hooked", () => InfoAsync("{{.DefaultRuntime}}"));

        // The daemon asks its default runtime for the version, and must get runc's own output.
        CommandResult info = (await daemon.DockerAsync("info")).EnsureSuccess();
        Assert.DoesNotContain("WARNING: Error", info.ErrorText, StringComparison.Ordinal);
        Assert.NotEqual("", before);
        Assert.Equal(before, await InfoAsync("{{.RuncCommit.ID}}"));

        daemon.Log.WriteRule(daemon.Rules, "createRuntime");
        CommandResult run = (await daemon.DockerAsync("run", "--rm", DockerDaemon.Image, "echo", "by default")).EnsureSuccess();
        Assert.Equal(("by default\n", ""), (run.OutputText, run.ErrorText));
        _ = Assert.Single(daemon.Log.Calls);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_container_lives_through_a_restart_of_the_daemon(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        daemon.Log.AwaitStarted(id);
        string pid = await daemon.InspectAsync(id, "{{.State.Pid}}");
        daemon.Configure(runtime);

        await daemon.RestartAsync();

        Assert.Equal(runtime, await InfoAsync("{{.DefaultRuntime}}"));
        Assert.Equal(pid, await daemon.InspectAsync(id, "{{.State.Pid}}"));
        Assert.Equal("in\n", (await daemon.DockerAsync("exec", id, "echo", "in")).EnsureSuccess().OutputText);
        _ = (await daemon.DockerAsync("stop", "--time", "0", id)).EnsureSuccess();
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);
    }

    public async ValueTask DisposeAsync()
    {
        daemon.Configure();
        await daemon.ReloadAsync();
        await Eventually.EqualAsync("runc", () => InfoAsync("{{.DefaultRuntime}}"));
        await daemon.ResetAsync();
    }

    private async Task<string> InfoAsync(string template) =>
        (await daemon.DockerAsync("info", "--format", template)).EnsureSuccess().OutputText.Trim();
}
