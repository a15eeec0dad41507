using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>The wrapper as containerd's runc binary.</summary>
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
    public void A_run_gives_the_containers_output_and_exit_code(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = _daemon.Ctr(_daemon.RunArguments(runtime, "--rm", ContainerdDaemon.Image, "c1",
            "sh", "-c", "echo out; echo err >&2; exit 7"));

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, WithoutNotes(result.ErrorText), result.ExitCode));
        _daemon.Log.AssertWholeLife("c1");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_run_on_a_terminal_has_one(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = _daemon.Host.RunOnTerminal("", _daemon.CommandLine(
            _daemon.RunArguments(runtime, "--rm", "--tty", ContainerdDaemon.Image, "c2", "sh", "-c", "tty; exit 5")));

        Assert.Equal(5, result.ExitCode);
        Assert.Contains("/dev/pts/0\r", result.OutputText, StringComparison.Ordinal);
        _daemon.Log.AssertWholeLife("c2");
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_task_can_be_entered_killed_and_deleted(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        string id = $"c3-{runtime}";
        _ = _daemon.Ctr(_daemon.RunArguments(runtime, "--detach", ContainerdDaemon.Image, id, "sleep", "1000")).EnsureSuccess();

        _daemon.Log.AwaitStarted(id);
        CommandResult exec = _daemon.Ctr("task", "exec", "--exec-id", "e1", id, "sh", "-c", "echo in; exit 9");
        Assert.Equal(("in\n", 9), (exec.OutputText, exec.ExitCode));
        _ = _daemon.Ctr("task", "pause", id).EnsureSuccess();
        Assert.Contains("PAUSED", _daemon.Ctr("task", "ls").EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = _daemon.Ctr("task", "resume", id).EnsureSuccess();
        _ = _daemon.Ctr("task", "kill", "--signal", "SIGKILL", id).EnsureSuccess();
        Eventually.True(() => _daemon.Ctr("task", "ls").OutputText.Contains("STOPPED", StringComparison.Ordinal), "the task has stopped");
        _ = _daemon.Ctr("task", "delete", id).EnsureSuccess();
        Assert.DoesNotContain(id, _daemon.Ctr("task", "ls").EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = _daemon.Ctr("containers", "delete", id).EnsureSuccess();
        _daemon.Log.AssertWholeLife(id);
    }

    [Fact]
    public void A_broken_rule_is_told_to_the_user()
    {
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), "{");

        CommandResult result = _daemon.Ctr(_daemon.RunArguments("runc", "--rm", ContainerdDaemon.Image, "c4", "true"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{_daemon.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>ctr notes on standard error when a container could not be put into a cgroup of its own, for example.</summary>
    private static string WithoutNotes(string text) =>
        string.Concat(text.Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith("time=", StringComparison.Ordinal))
            .Select(line => line + "\n"));
}
