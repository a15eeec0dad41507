using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>
/// Tests that the supervisor ends as the hook does, and ends the hook after its timeout or when the supervisor gets a signal.
/// </summary>
public sealed class EndingTests : IDisposable
{
    private const int SIGKILL = 9;
    private const int SIGUSR1 = 10;
    private const int SIGTERM = 15;

    /// <summary>A shell that writes its parent's process ID and waits.</summary>
    private const string TellAndWait = "echo $PPID >parent; sleep 100000 & wait";

    private readonly SupervisorBench _bench = new();

    public static TheoryData<int> StoppingSignals => [1, 2, 3, SIGTERM];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Any_exit_code_is_passed_on()
    {
        for (int code = 0; code < 256; code++)
        {
            CommandResult result = _bench.Run("/bin/sh", "sh", "-c", $"exit {code}");

            Assert.Equal((code, null), (result.ExitCode, result.Signal));
        }
    }

    [Theory]
    [InlineData("HUP", 1)]
    [InlineData("INT", 2)]
    [InlineData("ABRT", 6)]
    [InlineData("KILL", SIGKILL)]
    [InlineData("USR1", SIGUSR1)]
    [InlineData("SEGV", 11)]
    [InlineData("PIPE", 13)]
    [InlineData("TERM", SIGTERM)]
    [InlineData("XFSZ", 25)]
    [InlineData("35", 35)]
    public void A_death_by_a_signal_is_passed_on(string name, int signal)
    {
        CommandResult result = _bench.RunShell($"kill -{name} $$; sleep 100000");

        Assert.Equal((null, signal), (result.ExitCode, result.Signal));
        Assert.Matches(" was ended by (SIG[A-Z0-9]+|signal 35) after ", result.ErrorText);
    }

    [Theory]
    [InlineData("SEGV")]
    [InlineData("ABRT")]
    public void The_supervisor_leaves_no_core_of_its_own(string signal)
    {
        // The shell prints the status from wait(2). If the machine writes no core files, the test sees nothing.
        string script = $"ulimit -c unlimited; /bin/sh -c 'kill -{signal} $$'; echo between >&2; \"$@\"; exit 5";

        CommandResult result = _bench.RunIn(script, "/bin/sh", "sh", "-c", $"ulimit -c 0; kill -{signal} $$");

        string[] parts = result.ErrorText.Split("between\n");
        Assert.Equal(5, result.ExitCode);
        Assert.DoesNotContain("core dumped", parts[1], StringComparison.Ordinal);
        Assert.False(_bench.Entry.GetProperty("ocihooksCoreDumped").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(StoppingSignals))]
    public async Task A_signal_that_is_to_end_the_supervisor_ends_the_hook(int signal)
    {
        // The hook is a single process. A shell's background job would ignore the signal.
        _bench.LetEnd();
        Task<CommandResult> running = _bench.StartShell("echo $PPID >parent; exec sleep 100000");

        _ = Native.kill(_bench.AwaitPid("parent"), signal);

        CommandResult result = await running;
        Assert.Equal((null, signal), (result.ExitCode, result.Signal));
        Assert.Contains(", the supervisor having got SIG", result.ErrorText, StringComparison.Ordinal);
        _bench.AssertNobodyIsLeft();
    }

    [Theory]
    [InlineData(SIGTERM, "TERM", 0)]
    [InlineData(SIGTERM, "TERM", 7)]
    [InlineData(SIGUSR1, "USR1", 0)]
    [InlineData(SIGUSR1, "USR1", 7)]
    public async Task A_hook_may_handle_a_signal_to_the_supervisor_and_end_as_it_likes(int signal, string name, int exitCode)
    {
        _bench.LetEnd();
        Task<CommandResult> running = _bench.StartShell($"trap 'echo handled >seen; kill $!; exit {exitCode}' {name}; {TellAndWait}");

        _ = Native.kill(_bench.AwaitPid("parent"), signal);

        CommandResult result = await running;
        Assert.Equal("handled", _bench.Await("seen"));
        Assert.Equal((exitCode, null), (result.ExitCode, result.Signal));
        _bench.AssertNobodyIsLeft();
    }

    [Fact]
    public void What_a_finished_hook_left_running_is_not_ended_with_a_supervisor_that_waits_for_the_state()
    {
        const string Script = """
            mkfifo state; exec 9<>state
            "$@" <state 9>&- & supervisor=$!
            until [ -s hook ]; do sleep 0.01; done
            while kill -0 $(cat hook) 2>/dev/null; do sleep 0.01; done
            kill $supervisor; wait $supervisor
            status=$?; kill -0 $(cat child) && exit $status
            """;

        CommandResult result = _bench.RunIn(Script, "/bin/sh", "sh", "-c", "sleep 100000 >/dev/null 2>&1 & echo $! >child; echo $$ >hook");

        Assert.Equal((0, null), (result.ExitCode, result.Signal));
        Assert.Equal("succeeded", _bench.Entry.GetProperty("message").GetString()!.Split(' ')[^4]);
    }

    [Fact]
    public async Task A_stopped_hook_goes_on_to_handle_the_signal()
    {
        _bench.LetEnd();
        Task<CommandResult> running = _bench.StartShell("trap 'exit 7' TERM; echo $PPID >parent; echo $$ >hook; kill -STOP $$");
        int supervisor = _bench.AwaitPid("parent");
        int hook = _bench.AwaitPid("hook");
        Eventually.Equal("T", () => File.ReadAllText($"/proc/{hook}/stat").Split(") ")[^1][..1]);

        _ = Native.kill(supervisor, SIGTERM);

        Assert.Equal(7, (await running).ExitCode);
        Assert.Equal(0, _bench.Entry.GetProperty("ocihooksKilled").GetInt32());
    }

    /// <summary>setsid(1) forks if it leads a process group. The hook's exit code would then be lost.</summary>
    [Fact]
    public void A_hook_can_start_a_session() => Assert.Equal(3, _bench.Run("/usr/bin/setsid", "setsid", "sh", "-c", "sleep 0.1; exit 3").ExitCode);

    [Fact]
    public async Task SIGUSR1_is_passed_on_without_an_end()
    {
        Task<CommandResult> running = _bench.StartShell("trap 'echo handled >seen' USR1; sleep 100000 & child=$!; echo $PPID >parent; wait; "
            + "echo waiting on >after; read -r line <go; kill $child; exit 9");
        _ = new Command("mkfifo", _bench.Inside("go")).Run().EnsureSuccess();

        _ = Native.kill(_bench.AwaitPid("parent"), SIGUSR1);
        _ = _bench.Await("after");

        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(_bench.Inside("go"), "go\n", TestContext.Current.CancellationToken);
        Assert.Equal((9, null), ((await running).ExitCode, (await running).Signal));
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("exit 7")]
    public void A_hook_that_ends_well_when_its_time_is_up_has_failed_all_the_same(string end)
    {
        _bench.Options["--timeout-ms"] = "500";

        CommandResult result = _bench.RunShell($"trap '{end}' TERM; sleep 100000 & wait");

        Assert.Equal(124, result.ExitCode);
        Assert.Contains("ran past its timeout of 0.5 s", result.ErrorText, StringComparison.Ordinal);
        _bench.AssertNobodyIsLeft();
    }

    [Fact]
    public void A_hook_that_ignores_the_end_of_its_time_is_killed_after_the_grace()
    {
        _bench.Options["--timeout-ms"] = "300";
        _bench.Options["--grace-ms"] = "700";

        // The hook ignores the signal from its start, because the process that started the supervisor did.
        CommandResult result = _bench.RunIn("trap '' TERM; exec \"$@\"", "/bin/sleep", "sleep", "100000");

        Assert.Equal(124, result.ExitCode);
        Assert.Equal("SIGKILL", _bench.Entry.GetProperty("ocihooksSignal").GetString());
        Assert.InRange(_bench.Entry.GetProperty("ocihooksDurationMs").GetDouble(), 990, double.MaxValue);
        _bench.AssertNobodyIsLeft();
    }

    [Fact]
    public async Task A_hook_that_ignores_a_signal_to_the_supervisor_is_killed_after_the_grace()
    {
        Task<CommandResult> running = _bench.StartShell("trap '' TERM; echo $PPID >parent; while :; do sleep 0.05; done");

        _ = Native.kill(_bench.AwaitPid("parent"), SIGTERM);

        Assert.Equal((null, SIGKILL), ((await running).ExitCode, (await running).Signal));
        _bench.AssertNobodyIsLeft();
    }

    [Fact]
    public async Task If_the_supervisor_is_killed_the_hook_is_too()
    {
        Task<CommandResult> running = _bench.StartShell("trap '' TERM HUP; echo $PPID >parent; exec sleep 100000");

        _ = Native.kill(_bench.AwaitPid("parent"), SIGKILL);

        Assert.Equal(SIGKILL, (await running).Signal);
        _bench.AssertNobodyIsLeft();
    }

    [Theory]
    [InlineData("kill -STOP $$")]
    [InlineData("trap '' TERM; kill -STOP $$; while :; do sleep 0.05; done")]
    [InlineData("setsid sh -c 'kill -STOP $$' & wait")]
    public void A_stopped_hook_is_ended_as_well(string script)
    {
        _bench.Options["--timeout-ms"] = "500";

        Assert.Equal(124, _bench.RunShell(script).ExitCode);

        _bench.AssertNobodyIsLeft();
    }
}
