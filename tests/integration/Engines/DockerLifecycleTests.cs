using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>What Docker does with a container that runs: none of it is the wrapper's business, and all of it must work.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerLifecycleTests : IDisposable
{
    private readonly DockerDaemon _daemon;

    public DockerLifecycleTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
        _daemon.Log.WriteRules(_daemon.Rules);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Exec_runs_a_command_and_no_hooks(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");
        _daemon.Log.AwaitStarted(id);

        CommandResult plain = _daemon.Docker("exec", id, "sh", "-c", "echo out; echo err >&2; exit 9");
        Assert.Equal(("out\n", "err\n", 9), (plain.OutputText, plain.ErrorText, plain.ExitCode));
        CommandResult input = _daemon.DockerWithInput("in\n", "exec", "--interactive", id, "cat");
        Assert.Equal(("in\n", 0), (input.OutputText, input.ExitCode));
        CommandResult terminal = _daemon.DockerOnTerminal("", "exec", "--interactive", "--tty", id, "tty");
        Assert.Equal(("/dev/pts/0\r\n", 0), (terminal.OutputText, terminal.ExitCode));
        CommandResult absent = _daemon.Docker("exec", id, "no-such-command");
        Assert.InRange(absent.ExitCode!.Value, 126, 127);
        Assert.Contains("no-such-command", absent.OutputText + absent.ErrorText, StringComparison.Ordinal);
        Assert.Contains("not found", absent.OutputText + absent.ErrorText, StringComparison.Ordinal);

        // That of a container named like a command, too.
        string create = _daemon.DockerRunDetached(runtime, "--name", "create", DockerDaemon.Image, "sleep", "1000");
        Assert.Equal("run --bundle /x\n", _daemon.Docker("exec", "create", "echo", "run", "--bundle", "/x").EnsureSuccess().OutputText);
        _daemon.Log.AwaitStarted(create);
        Assert.Equal(2 * (HookLog.Stages.Length - 1), _daemon.Log.Calls.Count);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Stop_lets_the_container_end_by_itself(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image,
            "sh", "-c", "trap 'echo bye; exit 6' TERM; echo ready; while :; do sleep 0.05; done");
        Eventually.Equal("ready\n", () => _daemon.Docker("logs", id).OutputText);

        _ = _daemon.Docker("stop", "--time", "600", id).EnsureSuccess();

        Assert.Equal("6", _daemon.Inspect(id, "{{.State.ExitCode}}"));
        Eventually.Equal("ready\nbye\n", () => _daemon.Docker("logs", id).OutputText);
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Kill_ends_the_container_and_start_runs_its_hooks_again(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");
        _daemon.Log.AwaitStarted(id);
        _ = _daemon.Docker("kill", id).EnsureSuccess();
        _daemon.AwaitExit(id);
        Assert.Equal("137", _daemon.Inspect(id, "{{.State.ExitCode}}"));
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);

        _daemon.Log.Clear();
        _ = _daemon.Docker("start", id).EnsureSuccess();
        _daemon.Log.AwaitStarted(id);
        _ = _daemon.Docker("rm", "--force", id).EnsureSuccess();
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Pause_top_and_update_reach_the_container(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");

        Assert.Contains("sleep 1000", _daemon.Docker("top", id).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = _daemon.Docker("pause", id).EnsureSuccess();
        Assert.Equal("paused", _daemon.Inspect(id, "{{.State.Status}}"));
        _ = _daemon.Docker("unpause", id).EnsureSuccess();
        Assert.Equal("running", _daemon.Inspect(id, "{{.State.Status}}"));

        // The limits go to the runtime on standard input.
        _ = _daemon.Docker("update", "--memory", "64m", "--memory-swap", "64m", "--pids-limit", "77", id).EnsureSuccess();
        Assert.Equal(["67108864", "77"], Limits(id));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_container_that_is_restarted_gets_its_hooks_each_time(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, "--restart", "on-failure:2", DockerDaemon.Image, "sh", "-c", "echo life; exit 1");

        Eventually.Equal("2 exited", () => _daemon.Inspect(id, "{{.RestartCount}} {{.State.Status}}"));

        Assert.Equal("life\nlife\nlife\n", _daemon.Docker("logs", id).EnsureSuccess().OutputText);
        Eventually.Equal(3, () => _daemon.Log.CalledStages.Count(stage => stage == "poststop"));
        Assert.All(HookLog.Stages, stage => Assert.Equal(3, _daemon.Log.CalledStages.Count(called => called == stage)));
        Assert.All(_daemon.Log.Calls, call => Assert.Equal(id, call.Id));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_health_check_runs(string runtime)
    {
        string id = _daemon.DockerRunDetached(runtime, "--health-cmd", "echo checked; test -e /healthy", "--health-interval", "200ms",
            "--health-retries", "1", DockerDaemon.Image, "sleep", "1000");

        Eventually.Equal("unhealthy", () => _daemon.Inspect(id, "{{.State.Health.Status}}"));
        _ = _daemon.Docker("exec", id, "touch", "/healthy").EnsureSuccess();
        Eventually.Equal("healthy", () => _daemon.Inspect(id, "{{.State.Health.Status}}"));
        Assert.Contains("checked", _daemon.Inspect(id, "{{json .State.Health.Log}}"), StringComparison.Ordinal);
        Assert.DoesNotContain("runc-wrap", _daemon.Inspect(id, "{{json .State.Health.Log}}"), StringComparison.Ordinal);
    }

    public void Dispose() => _daemon.Reset();

    /// <summary>The memory and process limits of a container's cgroup, whichever version the machine has.</summary>
    private string[] Limits(string id)
    {
        string cgroup = $"{_daemon.Host.Cgroup}/{id}";
        string[] files = Directory.Exists("/sys/fs/cgroup/memory")
            ? [$"/sys/fs/cgroup/memory{cgroup}/memory.limit_in_bytes", $"/sys/fs/cgroup/pids{cgroup}/pids.max"]
            : [$"/sys/fs/cgroup{cgroup}/memory.max", $"/sys/fs/cgroup{cgroup}/pids.max"];
        return [.. files.Select(file => File.ReadAllText(file).Trim())];
    }
}
