using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>The wrapper in the daemon's configuration.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerDaemonTests : IDisposable
{
    private readonly DockerDaemon _daemon;

    public DockerDaemonTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Fact]
    public void A_runtime_can_be_registered_while_the_daemon_runs()
    {
        CommandResult unknown = _daemon.Docker("run", "--rm", "--runtime", "late", DockerDaemon.Image, "true");
        Assert.Equal(125, unknown.ExitCode);
        Assert.Contains("late", unknown.ErrorText, StringComparison.Ordinal);

        _daemon.Configure(moreRuntimes: "late");
        _daemon.Reload();
        Eventually.True(() => Info("{{json .Runtimes}}").Contains("\"late\"", StringComparison.Ordinal), "docker info shows the runtime");

        _daemon.Log.WriteRule(_daemon.Rules, "createRuntime");
        Assert.Equal("late\n", _daemon.DockerRun("late", "--rm", DockerDaemon.Image, "echo", "late").EnsureSuccess().OutputText);
        _ = Assert.Single(_daemon.Log.Calls);
    }

    [Fact]
    public void The_wrapper_can_be_the_default_runtime()
    {
        string before = Info("{{.RuncCommit.ID}}");
        _daemon.Configure("hooked");
        _daemon.Reload();
        Eventually.Equal("hooked", () => Info("{{.DefaultRuntime}}"));

        // The daemon asks its default runtime for the version, and must get runc's own answer.
        CommandResult info = _daemon.Docker("info").EnsureSuccess();
        Assert.DoesNotContain("WARNING: Error", info.ErrorText, StringComparison.Ordinal);
        Assert.NotEqual("", before);
        Assert.Equal(before, Info("{{.RuncCommit.ID}}"));

        _daemon.Log.WriteRule(_daemon.Rules, "createRuntime");
        CommandResult run = _daemon.Docker("run", "--rm", DockerDaemon.Image, "echo", "by default").EnsureSuccess();
        Assert.Equal(("by default\n", ""), (run.OutputText, run.ErrorText));
        _ = Assert.Single(_daemon.Log.Calls);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_container_lives_through_a_restart_of_the_daemon(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");
        _daemon.Log.AwaitStarted(id);
        string pid = _daemon.Inspect(id, "{{.State.Pid}}");
        _daemon.Configure(runtime);

        _daemon.Restart();

        Assert.Equal(runtime, Info("{{.DefaultRuntime}}"));
        Assert.Equal(pid, _daemon.Inspect(id, "{{.State.Pid}}"));
        Assert.Equal("in\n", _daemon.Docker("exec", id, "echo", "in").EnsureSuccess().OutputText);
        _ = _daemon.Docker("stop", "--time", "0", id).EnsureSuccess();
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);
    }

    public void Dispose()
    {
        _daemon.Configure();
        _daemon.Reload();
        Eventually.Equal("runc", () => Info("{{.DefaultRuntime}}"));
        _daemon.Reset();
    }

    private string Info(string template) => _daemon.Docker("info", "--format", template).EnsureSuccess().OutputText.Trim();
}
