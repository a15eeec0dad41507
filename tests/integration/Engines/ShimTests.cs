using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests the runtime type of OciHooks under containerd.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class ShimTests
{
    private readonly ContainerdDaemon _daemon;

    public ShimTests(ContainerdDaemon daemon)
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
        string id = $"s1-{runtime}";

        CommandResult result = await _daemon.CtrAsync(_daemon.ShimRunArguments(
            runtime, "--rm", ContainerdDaemon.Image, id, "sh", "-c", "echo out; exit 7"));

        Assert.Equal(("out\n", 7), (result.OutputText, result.ExitCode));
        _daemon.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_task_outlives_containerd_and_is_entered_paused_killed_and_deleted(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        string id = $"s2-{runtime}";
        _ = (await _daemon.CtrAsync(_daemon.ShimRunArguments(runtime, "--detach", ContainerdDaemon.Image, id, "sleep", "1000"))).EnsureSuccess();
        _daemon.Log.AwaitStarted(id);

        await _daemon.RestartAsync();

        CommandResult exec = await _daemon.CtrAsync("task", "exec", "--exec-id", "e1", id, "sh", "-c", "echo in; exit 9");
        Assert.Equal(("in\n", 9), (exec.OutputText, exec.ExitCode));
        _ = (await _daemon.CtrAsync("task", "pause", id)).EnsureSuccess();
        Assert.Contains("PAUSED", (await _daemon.CtrAsync("task", "ls")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = (await _daemon.CtrAsync("task", "resume", id)).EnsureSuccess();
        _ = (await _daemon.CtrAsync("task", "kill", "--signal", "SIGKILL", id)).EnsureSuccess();
        await Eventually.TrueAsync(
            async () => (await _daemon.CtrAsync("task", "ls")).OutputText.Contains("STOPPED", StringComparison.Ordinal), "the task has stopped");
        _ = (await _daemon.CtrAsync("task", "delete", id)).EnsureSuccess();
        _ = (await _daemon.CtrAsync("containers", "delete", id)).EnsureSuccess();
        _daemon.Log.AssertWholeLife(id);
    }

    /// <summary>containerd runs the shim program itself to clean up after a killed shim.</summary>
    [Fact]
    public async Task A_task_whose_shim_was_killed_is_cleaned_up()
    {
        const string KillShim = """
            for process in /proc/[0-9]*; do
                case $(tr '\0' ' ' <"$process/cmdline") in *shim*"-id $1 "*) kill -9 "${process##*/}";; esac
            done
            """;
        _daemon.Log.WriteRules(_daemon.Rules);
        _ = (await _daemon.CtrAsync(_daemon.ShimRunArguments("runc", "--detach", ContainerdDaemon.Image, "s3", "sleep", "1000"))).EnsureSuccess();
        _daemon.Log.AwaitStarted("s3");

        _ = await _daemon.Host.ShellAsync(KillShim, "s3");

        _daemon.Log.AwaitDeleted();
        await Eventually.TrueAsync(
            async () => !(await _daemon.CtrAsync("task", "ls")).EnsureSuccess().OutputText.Contains("s3", StringComparison.Ordinal),
            "the task is gone");
        _ = (await _daemon.CtrAsync("containers", "delete", "s3")).EnsureSuccess();
        _daemon.Log.AssertWholeLife("s3");
    }

    [Fact]
    public async Task A_broken_rule_is_told_to_the_user()
    {
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), "{");

        CommandResult result = await _daemon.CtrAsync(_daemon.ShimRunArguments("runc", "--rm", ContainerdDaemon.Image, "s4", "true"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{_daemon.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>The low-level runtime gets the same environment as under containerd's own runtime type.</summary>
    [Fact]
    public async Task The_runtimes_environment_is_that_without_OciHooks()
    {
        string[] bare = await EnvironmentOfCreateAsync(script => ["run", "--runc-binary", script]);
        string[] hooked = await EnvironmentOfCreateAsync(script => _daemon.ShimRunArguments(script));

        Assert.Contains(bare, entry => entry.StartsWith("PATH=/", StringComparison.Ordinal));
        Assert.Equal(bare, hooked);
    }

    /// <summary>Runs a container with a runtime that stores its environment at create and then executes runc.</summary>
    private async Task<string[]> EnvironmentOfCreateAsync(Func<string, string[]> run)
    {
        string script = _daemon.PathTo("noting-runc");
        string notes = _daemon.PathTo("environment");
        _ = Executable.Write(script, $"""
            #!/bin/sh
            case " $* " in *" create "*) tr '\0' '\n' <"/proc/$$/environ" >{notes};; esac
            exec /usr/sbin/runc "$@"

            """);
        _ = (await _daemon.CtrAsync([.. run(script), "--rm", ContainerdDaemon.Image, "s5", "true"])).EnsureSuccess();

        // A shell, bash in particular, changes the order, and sets _ to the program it executes.
        return [.. File.ReadAllLines(notes)
            .Where(entry => !entry.StartsWith("_=", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }
}
