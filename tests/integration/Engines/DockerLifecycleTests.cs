using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests Docker's operations on a running container. The wrapper does not handle them, and all must work.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerLifecycleTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await daemon.ResetAsync();
        daemon.Log.WriteRules(daemon.Rules);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Exec_runs_a_command_and_no_hooks(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        daemon.Log.AwaitStarted(id);

        CommandResult plain = await daemon.DockerAsync("exec", id, "sh", "-c", "echo out; echo err >&2; exit 9");
        Assert.Equal(("out\n", "err\n", 9), (plain.OutputText, plain.ErrorText, plain.ExitCode));
        CommandResult input = await daemon.DockerWithInputAsync("in\n", "exec", "--interactive", id, "cat");
        Assert.Equal(("in\n", 0), (input.OutputText, input.ExitCode));
        CommandResult terminal = await daemon.DockerOnTerminalAsync("", "exec", "--interactive", "--tty", id, "tty");
        Assert.Equal(("/dev/pts/0\r\n", 0), (terminal.OutputText, terminal.ExitCode));
        CommandResult absent = await daemon.DockerAsync("exec", id, "no-such-command");
        Assert.InRange(absent.ExitCode!.Value, 126, 127);
        Assert.Contains("no-such-command", absent.OutputText + absent.ErrorText, StringComparison.Ordinal);
        Assert.Contains("not found", absent.OutputText + absent.ErrorText, StringComparison.Ordinal);

        // An exec must work also if the container or the command is named like a subcommand.
        string create = await daemon.DockerRunDetachedAsync(runtime, "--name", "create", DockerDaemon.Image, "sleep", "1000");
        Assert.Equal("run --bundle /x\n", (await daemon.DockerAsync("exec", "create", "echo", "run", "--bundle", "/x")).EnsureSuccess().OutputText);
        daemon.Log.AwaitStarted(create);
        Assert.Equal(2 * (HookLog.Stages.Length - 1), daemon.Log.Calls.Count);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Stop_lets_the_container_end_by_itself(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image,
            "sh", "-c", "trap 'echo bye; exit 6' TERM; echo ready; while :; do sleep 0.05; done");
        await Eventually.EqualAsync("ready\n", async () => (await daemon.DockerAsync("logs", id)).OutputText);

        _ = (await daemon.DockerAsync("stop", "--time", "600", id)).EnsureSuccess();

        Assert.Equal("6", await daemon.InspectAsync(id, "{{.State.ExitCode}}"));
        await Eventually.EqualAsync("ready\nbye\n", async () => (await daemon.DockerAsync("logs", id)).OutputText);
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Kill_ends_the_container_and_start_runs_its_hooks_again(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        daemon.Log.AwaitStarted(id);
        _ = (await daemon.DockerAsync("kill", id)).EnsureSuccess();
        await daemon.AwaitExitAsync(id);
        Assert.Equal("137", await daemon.InspectAsync(id, "{{.State.ExitCode}}"));
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);

        daemon.Log.Clear();
        _ = (await daemon.DockerAsync("start", id)).EnsureSuccess();
        daemon.Log.AwaitStarted(id);
        _ = (await daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Pause_top_and_update_reach_the_container(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");

        Assert.Contains("sleep 1000", (await daemon.DockerAsync("top", id)).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = (await daemon.DockerAsync("pause", id)).EnsureSuccess();
        Assert.Equal("paused", await daemon.InspectAsync(id, "{{.State.Status}}"));
        _ = (await daemon.DockerAsync("unpause", id)).EnsureSuccess();
        Assert.Equal("running", await daemon.InspectAsync(id, "{{.State.Status}}"));

        // Docker passes the limits to the runtime on standard input.
        _ = (await daemon.DockerAsync("update", "--memory", "64m", "--memory-swap", "64m", "--pids-limit", "77", id)).EnsureSuccess();
        Assert.Equal(["67108864", "77"], Limits(id));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_container_that_is_restarted_gets_its_hooks_each_time(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, "--restart", "on-failure:2", DockerDaemon.Image, "sh", "-c", "echo life; exit 1");

        await Eventually.EqualAsync("2 exited", () => daemon.InspectAsync(id, "{{.RestartCount}} {{.State.Status}}"));

        Assert.Equal("life\nlife\nlife\n", (await daemon.DockerAsync("logs", id)).EnsureSuccess().OutputText);
        Eventually.Equal(3, () => daemon.Log.CalledStages.Count(stage => stage == "poststop"));
        Assert.All(HookLog.Stages, stage => Assert.Equal(3, daemon.Log.CalledStages.Count(called => called == stage)));
        Assert.All(daemon.Log.Calls, call => Assert.Equal(id, call.Id));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_health_check_runs(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, "--health-cmd", "echo checked; test -e /healthy", "--health-interval", "200ms",
            "--health-retries", "1", DockerDaemon.Image, "sleep", "1000");

        await Eventually.EqualAsync("unhealthy", () => daemon.InspectAsync(id, "{{.State.Health.Status}}"));
        _ = (await daemon.DockerAsync("exec", id, "touch", "/healthy")).EnsureSuccess();
        await Eventually.EqualAsync("healthy", () => daemon.InspectAsync(id, "{{.State.Health.Status}}"));
        Assert.Contains("checked", await daemon.InspectAsync(id, "{{json .State.Health.Log}}"), StringComparison.Ordinal);
        Assert.DoesNotContain("runc-wrap", await daemon.InspectAsync(id, "{{json .State.Health.Log}}"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync() => await daemon.ResetAsync();

    /// <summary>Returns the memory and process limits of a container's cgroup, of version 1 or 2.</summary>
    private string[] Limits(string id)
    {
        string cgroup = $"{daemon.Host.Cgroup}/{id}";
        string[] files = Directory.Exists("/sys/fs/cgroup/memory")
            ? [$"/sys/fs/cgroup/memory{cgroup}/memory.limit_in_bytes", $"/sys/fs/cgroup/pids{cgroup}/pids.max"]
            : [$"/sys/fs/cgroup{cgroup}/memory.max", $"/sys/fs/cgroup{cgroup}/pids.max"];
        return [.. files.Select(file => File.ReadAllText(file).Trim())];
    }
}
