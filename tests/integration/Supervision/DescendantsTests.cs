using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>Tests that a killed hook takes all its descendants with it, wherever they are. A hook that ends by itself does not.</summary>
public sealed class DescendantsTests : IDisposable
{
    private const int SIGTERM = 15;
    private const int SIGCONT = 18;
    private const int SIGSTOP = 19;

    private readonly SupervisorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Two_hundred_in_sessions_of_their_own_are_killed()
    {
        Task<CommandResult> running = _bench.StartShell(
            "i=0; while [ $i -lt 200 ]; do setsid sleep 100000 & i=$((i + 1)); done; echo $PPID >parent; wait");

        await AssertAllKilled(running, 200);
    }

    /// <summary>
    /// More orphans end than the supervisor can reap. They run in a PID namespace, whose end kills them: nobody can kill such a fast storm,
    /// but the supervisor must still end.
    /// </summary>
    [Fact]
    [Trait("Needs", "root")]
    public void Orphans_without_end_do_not_keep_the_supervisor()
    {
        _bench.Options["--timeout-ms"] = "500";
        _bench.Options["--grace-ms"] = "300";
        const string Script = """
            exec unshare --pid --fork --mount-proc --kill-child sh -c '"$@"; echo $? >code; exit 0' sh "$@"
            """;

        // The storm lasts longer than any wait.
        _ = _bench.RunIn(Script, Probes.Storm, "storm", "100", "300");

        Assert.Equal("124", _bench.Await("code"));
        Assert.True(_bench.Entry.GetProperty("ocihooksTimedOut").GetBoolean());
    }

    [Fact]
    public async Task Those_that_ignore_every_signal_are_killed()
    {
        Task<CommandResult> running = _bench.StartShell(
            "trap '' TERM INT HUP QUIT; for i in 1 2 3 4 5; do setsid sleep 100000 & done; sleep 100000 & echo $PPID >parent; wait");

        await AssertAllKilled(running, 6);
    }

    [Fact]
    public async Task A_chain_of_fifty_generations_each_in_a_session_of_its_own_is_killed()
    {
        File.WriteAllText(
            _bench.Inside("chain"), "[ $1 -eq 0 ] && { echo $2 >parent; exec sleep 100000; }; setsid sh chain $(($1 - 1)) $2 & wait\n");
        Task<CommandResult> running = _bench.StartShell("sh chain 50 $PPID & wait");

        await AssertAllKilled(running, 50);
    }

    [Fact]
    public async Task Orphans_are_killed()
    {
        Task<CommandResult> running = _bench.StartShell(
            "for i in 1 2 3; do (setsid sh -c 'sleep 100000 & exec sleep 100000' &) ; done; echo $PPID >parent; exec sleep 100000");

        await AssertAllKilled(running, 3);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Those_in_a_PID_namespace_of_their_own_are_killed()
    {
        Task<CommandResult> running = _bench.StartShell(
            "export parent=$PPID; setsid unshare --pid --fork sh -c 'setsid sleep 100000 & echo $parent >parent; wait' & wait");

        await AssertAllKilled(running, 1);
    }

    /// <summary>A createContainer hook runs so: with the host's /proc, in the container's PID namespace.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public void Below_a_supervisor_in_a_PID_namespace_of_its_own_too()
    {
        // Wait until the child has left the session. In the hook's group, the hook's signal would end it.
        const string Script =
            "setsid sh -c 'echo >ready; exec sleep 100000' & until [ -e ready ]; do sleep 0.01; done; kill -TERM $PPID; exec sleep 100000";

        CommandResult result = _bench.RunIn(
            "unshare --pid --fork sh -c '\"$@\"; echo $? >code; cat' sh \"$@\" <&0", "/bin/sh", "sh", "-c", Script);

        Assert.Equal(0, result.ExitCode);

        // On a busy machine the hook may not end within the grace after the first signal.
        Assert.Contains(_bench.Await("code"), new[] { "143", "137" });
        Assert.InRange(_bench.Entry.GetProperty("ocihooksKilled").GetInt32(), 1, 2);
        _bench.AssertNobodyIsLeft();
    }

    [Fact]
    public void What_keeps_forking_is_killed()
    {
        _bench.Options["--timeout-ms"] = "1000";

        // Each process ends once it has a successor, so a process that is found is already gone.
        File.WriteAllText(_bench.Inside("relay"), "[ $1 -gt 0 ] && exec setsid --fork sh relay $(($1 - 1)); exec sleep 100000\n");
        CommandResult result = _bench.RunShell("trap '' TERM; sh relay 3000; exec sleep 100000");

        Assert.Equal(124, result.ExitCode);
        _bench.AssertNobodyIsLeft();
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    public void Of_a_hook_that_ends_by_itself_they_are_left_alone(string end, int exitCode)
    {
        CommandResult result = _bench.RunShell($"sleep 100000 & setsid sleep 100000 & {end}");

        Assert.Equal(exitCode, result.ExitCode);
        Eventually.Equal(2, () => _bench.Survivors.Count);
        Assert.Equal(0, _bench.Entry.GetProperty("ocihooksKilled").GetInt32());
    }

    /// <summary>The supervisor runs rarely, as on a busy machine.</summary>
    [Fact]
    public async Task A_chain_is_killed_by_a_supervisor_that_is_rarely_on_turn()
    {
        File.WriteAllText(
            _bench.Inside("chain"), "[ $1 -eq 0 ] && { echo $2 >parent; exec sleep 100000; }; setsid sh chain $(($1 - 1)) $2 & wait\n");
        Task<CommandResult> running = _bench.StartShell("sh chain 150 $PPID & wait");
        int supervisor = _bench.AwaitPid("parent");
        Eventually.True(() => _bench.Survivors.Count >= 150, "all have been started");

        _ = Native.kill(supervisor, SIGTERM);
        Eventually.True(() => _bench.Survivors.Count < 150, "killing has begun");

        // Longer than the killing takes if the supervisor has the processor.
        TimeSpan stopped = TimeSpan.FromSeconds(2.5);
        while (!running.IsCompleted)
        {
            _ = Native.kill(supervisor, SIGSTOP);
            await Task.Delay(stopped, TestContext.Current.CancellationToken);
            _ = Native.kill(supervisor, SIGCONT);
            await Task.Delay(5, TestContext.Current.CancellationToken);
            stopped = TimeSpan.FromMilliseconds(100);
        }

        _ = await running;
        _bench.AssertNobodyIsLeft();
    }

    private async Task AssertAllKilled(Task<CommandResult> running, int atLeast)
    {
        int supervisor = _bench.AwaitPid("parent");

        // A process that is in the middle of an exec does not show its environment.
        Eventually.True(() => _bench.Survivors.Count >= atLeast, "all have been started");

        _ = Native.kill(supervisor, SIGTERM);

        _ = await running;
        _bench.AssertNobodyIsLeft();
        JsonElement entry = _bench.Entry;
        Assert.NotEqual("information", entry.GetProperty("level").GetString());
        Assert.InRange(entry.GetProperty("ocihooksKilled").GetInt32(), 1, int.MaxValue);
    }
}
