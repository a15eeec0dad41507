using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests hooks of real runtimes that do not end by themselves. Exit code 124 shows that the supervisor ended them. The runtime's own, later
/// timeout would have another message.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisedTimeoutTests(LowLevelHost host)
{
    /// <summary>
    /// A script that starts a daemon outside of the hook's session, group and children. The hook itself then sleeps forever.
    /// </summary>
    private const string Daemon = """
        (setsid sh -c '(echo $$ >"$0/daemon"; exec sleep 100000) &' "$1" &)
        until test -s "$1/daemon"; do sleep 0.01; done

        """;

    [Theory]
    [InlineData("runc", "exec sleep 100000")]
    [InlineData("crun", "exec sleep 100000")]
    [InlineData("runc", "sleep 100000 & sleep 100000 | sleep 100000")]
    [InlineData("crun", "sleep 100000 & sleep 100000 | sleep 100000")]
    [InlineData("runc", "trap '' TERM; sleep 100000; sleep 100000")]
    [InlineData("crun", "trap '' TERM; sleep 100000; sleep 100000")]
    [InlineData("runc", "kill -STOP $$")]
    [InlineData("crun", "kill -STOP $$")]
    [InlineData("runc", "trap 'exit 0' TERM; while :; do sleep 0.1; done")]
    [InlineData("crun", "trap 'exit 0' TERM; while :; do sleep 0.1; done")]
    [InlineData("runc", "exec <&- >&- 2>&-; exec sleep 100000")]
    [InlineData("crun", "exec <&- >&- 2>&-; exec sleep 100000")]
    [InlineData("runc", Daemon + "exec sleep 100000")]
    [InlineData("crun", Daemon + "exec sleep 100000")]
    public async Task A_hook_that_does_not_end_is_ended_and_fails_the_create(string runtime, string script)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime, timeout: 1);
        bench.AddRule("createRuntime", script);

        CommandResult create = await bench.CreateAsync();

        AssertTimedOut(runtime, create, "timeout of 1 s");
        JsonNode ended = Assert.Single(bench.Ended);
        Assert.True(ended["ocihooksTimedOut"]!.GetValue<bool>());
        Assert.InRange(ended["ocihooksDurationMs"]!.GetValue<double>(), 999, double.MaxValue);
        bench.Mark.AssertNoProcesses();
        Assert.NotEqual(0, (await bench.LowLevel.BareAsync("state", LowLevelBench.Id)).ExitCode);
    }

    /// <summary>The container keeps running: its end would kill a hook in its PID namespace.</summary>
    [Theory]
    [InlineData("runc", "prestart")]
    [InlineData("crun", "prestart")]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "createContainer")]
    [InlineData("crun", "createContainer")]
    [InlineData("runc", "poststart")]
    [InlineData("crun", "poststart")]
    [InlineData("runc", "poststop")]
    [InlineData("crun", "poststop")]
    public async Task In_every_stage_a_daemon_of_a_hook_that_does_not_end_is_killed_with_it(string runtime, string stage)
    {
        JsonNode ended = (await ShortTimeout.FindAsync(1, HangForAsync, ended => ended.HasDaemon)).Ended;
        Assert.Equal(SupervisedBench.PlaceOf(stage), ended["ocihooksStage"]!.GetValue<string>());
        Assert.True(ended["ocihooksTimedOut"]!.GetValue<bool>());

        // On a busy machine the shells that start the daemon, the hook and its sleep may count too.
        Assert.InRange(ended["ocihooksKilled"]!.GetValue<int>(), 1, 5);

        async Task<(JsonNode Ended, bool HasDaemon)> HangForAsync(double seconds)
        {
            await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime, seconds);
            bench.LowLevel.Set("onHookFailure", "continue");
            bench.LowLevel.SetProcess("echo lived; exec sleep 100000");
            bench.AddRule(stage, Daemon + "exec sleep 100000");

            Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));
            await bench.LowLevel.StartAsync(wrapped: true);
            Eventually.Equal("lived\n", () => bench.LowLevel.Output);
            if (stage == "poststop")
            {
                Assert.Empty(bench.Ended);
                Assert.Equal("", LowLevelBench.Silent(await bench.LowLevel.WrappedAsync("delete", "--force", LowLevelBench.Id)));
            }
            else
            {
                Assert.Equal("running", await bench.LowLevel.StatusAsync());
            }

            bench.Mark.AssertNoProcesses();
            return (Assert.Single(bench.Ended), File.Exists(bench.Note("daemon")));
        }
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_rules_own_timeout_comes_before_that_of_the_settings(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        AddRule(bench, "exec sleep 100000", timeout: 1);

        AssertTimedOut(runtime, await bench.CreateAsync(), "timeout of 1 s");
        bench.Mark.AssertNoProcesses();
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_rules_own_timeout_may_be_longer_than_that_of_the_settings(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime, timeout: 0.2);
        AddRule(bench, "sleep 1; echo done >\"$1/done\"", timeout: 600);

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));
        Assert.True(File.Exists(bench.Note("done")));
    }

    [Theory]
    [InlineData("runc", 60)]
    [InlineData("crun", 60)]
    [InlineData("runc", null)]
    [InlineData("crun", null)]
    public async Task The_ceiling_comes_before_both(string runtime, int? timeout)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.LowLevel.Set("hookTimeoutCeiling", 1.5);
        AddRule(bench, "exec sleep 100000", timeout);

        AssertTimedOut(runtime, await bench.CreateAsync(), "timeout of 1.5 s");
        bench.Mark.AssertNoProcesses();
        Assert.InRange(Assert.Single(bench.Ended)["ocihooksDurationMs"]!.GetValue<double>(), 1499, double.MaxValue);
    }

    private static void AddRule(SupervisedBench bench, string script, int? timeout)
    {
        JsonObject hook = bench.Hook(script);
        if (timeout is { } seconds)
        {
            hook["timeout"] = seconds;
        }

        bench.AddRule("createRuntime", hook);
    }

    /// <summary>Asserts that create reports the timeout. runc shows the hook's output, crun only its exit code.</summary>
    private static void AssertTimedOut(string runtime, CommandResult create, string message)
    {
        Assert.NotEqual(0, create.ExitCode);
        Assert.Contains(runtime == "runc" ? "exit status 124" : "exit code: 124", create.ErrorText, StringComparison.Ordinal);
        if (runtime == "runc")
        {
            Assert.Contains("runc-wrap: createRuntime hook /bin/busybox (", create.ErrorText, StringComparison.Ordinal);
            Assert.Contains($"of container {LowLevelBench.Id} ran past its {message}", create.ErrorText, StringComparison.Ordinal);
        }
    }
}
