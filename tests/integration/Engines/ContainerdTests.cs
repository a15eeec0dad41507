using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests the wrapper as containerd's runc binary.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerdTests
{
    private readonly ContainerdDaemon _daemon;

    public ContainerdTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_gives_the_containers_output_and_exit_code(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = await _daemon.CtrAsync(_daemon.RunArguments(runtime, "--rm", ContainerdDaemon.Image, "c1",
            "sh", "-c", "echo out; echo err >&2; exit 7"));

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, WithoutNotes(result.ErrorText), result.ExitCode));
        _daemon.Log.AssertWholeLife("c1");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_on_a_terminal_has_one(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = await _daemon.Host.RunOnTerminalAsync("", _daemon.CommandLine(
            _daemon.RunArguments(runtime, "--rm", "--tty", ContainerdDaemon.Image, "c2", "sh", "-c", "tty; exit 5")));

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("/dev/pts/0\r", result.OutputText, StringComparison.Ordinal);
        _daemon.Log.AssertWholeLife("c2");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_task_can_be_entered_killed_and_deleted(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        string id = $"c3-{runtime}";
        _ = (await _daemon.CtrAsync(_daemon.RunArguments(runtime, "--detach", ContainerdDaemon.Image, id, "sleep", "1000"))).EnsureSuccess();

        _daemon.Log.AwaitStarted(id);
        CommandResult exec = await _daemon.CtrAsync("task", "exec", "--exec-id", "e1", id, "sh", "-c", "echo in; exit 9");
        Assert.Equal(("in\n", 9), (exec.OutputText, exec.ExitCode));
        _ = (await _daemon.CtrAsync("task", "pause", id)).EnsureSuccess();
        Assert.Contains("PAUSED", (await _daemon.CtrAsync("task", "ls")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = (await _daemon.CtrAsync("task", "resume", id)).EnsureSuccess();
        _ = (await _daemon.CtrAsync("task", "kill", "--signal", "SIGKILL", id)).EnsureSuccess();
        await Eventually.TrueAsync(
            async () => (await _daemon.CtrAsync("task", "ls")).OutputText.Contains("STOPPED", StringComparison.Ordinal), "the task has stopped");
        _ = (await _daemon.CtrAsync("task", "delete", id)).EnsureSuccess();
        Assert.DoesNotContain(id, (await _daemon.CtrAsync("task", "ls")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = (await _daemon.CtrAsync("containers", "delete", id)).EnsureSuccess();
        _daemon.Log.AssertWholeLife(id);
    }

    [Fact]
    public async Task A_broken_rule_is_told_to_the_user()
    {
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), "{");

        CommandResult result = await _daemon.CtrAsync(_daemon.RunArguments("runc", "--rm", ContainerdDaemon.Image, "c4", "true"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{_daemon.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Removes ctr's log lines, for example that a container could not get its own cgroup, from its standard error.</summary>
    private static string WithoutNotes(string text) =>
        string.Concat(text.Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith("time=", StringComparison.Ordinal))
            .Select(line => line + "\n"));
}
