using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests docker run with supervised hooks that hang, fail, or leave processes behind.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerSupervisedTests(DockerDaemon daemon) : IAsyncLifetime
{
    private readonly SupervisedDocker _docker = new(daemon);

    public ValueTask InitializeAsync() => _docker.InitializeAsync();

    [Theory]
    [InlineData("hooked", "createRuntime")]
    [InlineData("hooked", "createContainer")]
    [InlineData("hooked-crun", "createRuntime")]
    [InlineData("hooked-crun", "createContainer")]
    public async Task A_hook_that_hangs_is_ended_in_time_with_all_it_started(string runtime, string stage)
    {
        _docker.WriteRule("hang.json", stage, "trap '' TERM; echo waiting >&2; setsid sleep 100000 & while :; do sleep 100000; done");

        CommandResult result = await ShortTimeout.FindAsync(
            1, HangForAsync, _ => (string?)Assert.Single(_docker.Endings)["ocihooksStderr"] == "waiting");

        // crun discards the output of hooks.
        Assert.Equal(runtime == "hooked", result.ErrorText.Contains("waiting", StringComparison.Ordinal));

        async Task<CommandResult> HangForAsync(double seconds)
        {
            File.Delete(_docker.EventFile);
            _docker.Set(("hookTimeout", seconds), ("hookKillGrace", 0.3));
            CommandResult result = await RunAsync(runtime, "echo", "lived");

            Assert.Equal((125, ""), (result.ExitCode, result.OutputText.Trim()));
            string told = $"{stage} hook /bin/busybox ({_docker.RulePath("hang.json")}) of container ";
            Assert.StartsWith(told, (string?)Assert.Single(_docker.Endings)["message"], StringComparison.Ordinal);
            if (runtime == "hooked")
            {
                Assert.Contains(told, result.ErrorText, StringComparison.Ordinal);
                Assert.Contains($"ran past its timeout of {seconds} s", result.ErrorText, StringComparison.Ordinal);
            }

            _docker.AssertNothingIsLeft();
            return result;
        }
    }

    /// <summary>Without createContainer: runc itself waits for all processes of such a hook, with or without the wrapper.</summary>
    [Theory]
    [InlineData("hooked", "createRuntime")]
    [InlineData("hooked", "poststart")]
    [InlineData("hooked", "poststop")]
    [InlineData("hooked-crun", "createRuntime")]
    public async Task A_process_that_a_hook_leaves_in_the_background_holds_nothing_up(string runtime, string stage)
    {
        _docker.WriteRule("background.json", stage, "cat >/dev/null; sleep 100000 & echo done");

        CommandResult result = await RunAsync(runtime, "echo", "lived");

        Assert.Equal(("lived\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Eventually.Equal(1, () => _docker.Endings.Count);
        Assert.Equal("done", (string?)_docker.Endings[0]["ocihooksStdout"]);
        Eventually.Equal(1, () => _docker.Processes.Count);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_failure_need_not_be_the_containers(string runtime)
    {
        _docker.Set(("onHookFailure", "continue"), ("hookKillGrace", 0.3));
        foreach (string stage in JournalBench.SupervisedStages)
        {
            _docker.WriteRule($"a-{stage}.json", stage, "cat >/dev/null; exit 3");
            _docker.WriteHangingRule($"b-{stage}.json", stage, "sleep 100000");
        }

        CommandResult result = await RunAsync(runtime, "echo", "lived");

        Assert.Equal(("lived\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Eventually.Equal(10, () => _docker.Endings.Count);
        Assert.All(_docker.Endings, one => Assert.Equal("continue", (string?)one["ocihooksPolicy"]));
        Assert.Equal(5, _docker.Endings.Count(one => (bool)one["ocihooksTimedOut"]!));
        Assert.Equal(5, _docker.Endings.Count(one => (int?)one["ocihooksExitCode"] == 3));
        _docker.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("hooked", false)]
    [InlineData("hooked", true)]
    [InlineData("hooked-crun", false)]
    [InlineData("hooked-crun", true)]
    public async Task A_hook_after_the_end_holds_up_neither_the_removal_nor_the_hooks_after_it(string runtime, bool isHanging)
    {
        _docker.Set(("hookKillGrace", 0.3));
        if (isHanging)
        {
            _docker.WriteHangingRule("a.json", "poststop", "trap '' TERM; while :; do sleep 100000; done");
        }
        else
        {
            _docker.WriteRule("a.json", "poststop", "cat >/dev/null; exit 3");
        }

        _docker.WriteLoggingRule("b.json", "poststop");

        CommandResult result = await RunAsync(runtime, "echo", "lived");
        string id = await _docker.Daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        _ = (await _docker.Daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();

        Assert.Equal(("lived\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Eventually.Equal(2, () => _docker.Daemon.Log.Calls.Count);
        Assert.Equal(id, _docker.Daemon.Log.Calls[1].Id);
        Assert.Equal("", (await _docker.Daemon.DockerAsync("ps", "--all", "--quiet")).EnsureSuccess().OutputText);
        Assert.Equal(2, _docker.Endings.Count(one => ((string)one["message"]!).Contains("a.json", StringComparison.Ordinal)
            && (string?)one["level"] == "error"));
        _docker.AssertNothingIsLeft();
    }

    /// <summary>The containers have no networks: a kernel may take longer than a minute to create and remove that many at once.</summary>
    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Twenty_containers_at_once_get_their_slow_hook_once_each(string runtime)
    {
        _docker.WriteLoggingRule("slow.json", "createRuntime", "sleep 0.3; ");

        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            _docker.Daemon.DockerRunAsync(runtime, "--rm", "--network", "host", DockerDaemon.Image, "sh", "-c", $"echo {i}; exit {i}")));

        Assert.All(results, (result, i) => Assert.Equal(($"{i}\n", "", i), (result.OutputText, result.ErrorText, result.ExitCode ?? -1)));
        Assert.Equal(20, _docker.Daemon.Log.Calls.Select(call => call.Id).Distinct().Count());
        Assert.Equal(20, _docker.Daemon.Log.Calls.Count);
        Assert.Equal(20, _docker.Endings.Count);
        Assert.All(_docker.Endings, one => Assert.Equal("information", (string?)one["level"]));
        _docker.AssertNothingIsLeft();
    }

    public ValueTask DisposeAsync() => _docker.DisposeAsync();

    private Task<CommandResult> RunAsync(string runtime, params IEnumerable<string> command) =>
        _docker.Daemon.DockerRunAsync(runtime, ["--rm", DockerDaemon.Image, .. command]);
}
