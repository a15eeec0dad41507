using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>
/// Tests a supervisor under the container's limits. They may leave too little for it, and the hook must run anyway.
/// </summary>
public sealed class LowLimitTests : IDisposable
{
    private readonly SupervisorBench _bench = new();

    public static TheoryData<string> Limits => ["-v 16000", "-v 40000", "-v 60000", "-d 1500", "-s 24", "-s 64", "-S -v 40000", "-S -d 1500", "-S -s 64"];

    /// <summary>A script that starts the supervisor so that it may not raise its limit.</summary>
    private const string Lean = $"{Drop}; ulimit -v 60000; exec $drop \"$@\"";

    private const string Drop = "drop=; [ $(id -u) != 0 ] || drop='setpriv --bounding-set=-sys_resource'";

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_hook_gets_the_state_and_the_limits_and_its_end_is_passed_on(string limit)
    {
        CommandResult result = Run(limit, "cat >state; ulimit -a >soft; ulimit -Ha >hard; echo out; echo err >&2; exit 3");

        Assert.Equal((3, null), (result.ExitCode, result.Signal));
        Assert.Equal("out\n", result.OutputText);
        Assert.StartsWith("err\n", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(SupervisorBench.State, File.ReadAllText(_bench.Inside("state")));
        Assert.Equal(Bare(limit, "-a"), File.ReadAllText(_bench.Inside("soft")));
        Assert.Equal(Bare(limit, "-Ha"), File.ReadAllText(_bench.Inside("hard")));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void It_has_its_time_and_no_more(string limit)
    {
        _bench.Options["--timeout-ms"] = "500";

        CommandResult result = Run(limit, "trap '' TERM; while :; do sleep 1; done");

        Assert.Equal((124, null), (result.ExitCode, result.Signal));
        Assert.Contains(" ran past its timeout ", result.ErrorText, StringComparison.Ordinal);
        _bench.AssertNobodyIsLeft();
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void It_may_die_of_a_signal(string limit)
    {
        CommandResult result = Run(limit, "kill -USR1 $$; sleep 100000");

        Assert.Equal((null, 10), (result.ExitCode, result.Signal));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_failure_that_is_not_to_matter_does_not(string limit)
    {
        _bench.Options["--on-failure"] = "continue";

        Assert.Equal((0, null), (Run(limit, "exit 7").ExitCode, Run(limit, "kill -KILL $$").Signal));
    }

    [Theory]
    [InlineData("-v 40000", "/no/such/hook", 127)]
    [InlineData("-v 40000", "/etc", 126)]
    [InlineData("-S -v 40000", "/no/such/hook", 127)]
    public void One_that_cannot_be_started_is_told(string limit, string path, int exitCode)
    {
        CommandResult result = _bench.RunIn($"ulimit {limit}; exec \"$@\"", path);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Matches($"hook {path} .*could not be started", result.ErrorText);
    }

    /// <summary>The state has the container's process ID, and the hook must still get the state.</summary>
    [Theory]
    [InlineData("-v 40000")]
    [InlineData("-S -v 40000")]
    public void A_variable_gets_the_containers_process(string limit)
    {
        _bench.Options["--pid-variable"] = "WHO";

        CommandResult result = _bench.RunIn(
            $"ulimit {limit}; WHO= exec \"$@\"", "/bin/busybox", "sh", "-c", "cat >state; echo \"$WHO\" >who");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("42\n", File.ReadAllText(_bench.Inside("who")));
        Assert.Equal(SupervisorBench.State, File.ReadAllText(_bench.Inside("state")));
    }

    /// <summary>Nobody reads the output of the hook and the supervisor.</summary>
    [Fact]
    public void A_full_standard_error_does_not_keep_it()
    {
        _bench.Options["--timeout-ms"] = "500";
        string script = $"mkfifo told; exec 9<>told; exec 2>told; {Lean}";

        CommandResult result = _bench.RunIn(script, "/bin/busybox", "sh", "-c", "yes >&2");

        Assert.Equal((124, null), (result.ExitCode, result.Signal));
    }

    /// <summary>The reader of standard error is gone, and the failure must be ignored.</summary>
    [Fact]
    public void A_closed_standard_error_does_not_end_it()
    {
        _bench.Options["--timeout-ms"] = "500";
        _bench.Options["--on-failure"] = "continue";
        string script = $"mkfifo told; exec 9<>told; exec 2>told; exec 9<&-; {Lean}";

        CommandResult result = _bench.RunIn(script, "/bin/busybox", "sleep", "100000");

        Assert.Equal((0, null), (result.ExitCode, result.Signal));
    }

    /// <summary>The hook needs the container's process ID, and the state has no end.</summary>
    [Fact]
    public void A_state_without_an_end_does_not_keep_it()
    {
        _bench.Options["--pid-variable"] = "WHO";
        string script = $"mkfifo state; exec 9<>state; cat >&9; exec <state; WHO=; export WHO; {Lean}";

        CommandResult result = _bench.RunIn(script, "/bin/true");

        Assert.Equal((125, null), (result.ExitCode, result.Signal));
        Assert.Contains("could not be started", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A shell needs more descriptors, so the hook is a program that needs none.</summary>
    [Theory]
    [InlineData("ulimit -n 5")]
    [InlineData("ulimit -S -n 5")]
    [InlineData("ulimit -n 8")]
    [InlineData($"{Drop}; ulimit -n 5")]
    [InlineData($"{Drop}; ulimit -n 12")]
    public void A_few_descriptors_are_enough(string limit)
    {
        CommandResult result = _bench.RunIn($"{limit}; exec $drop \"$@\"", "/bin/busybox", "cat", "/proc/self/limits");

        Assert.Equal((0, null), (result.ExitCode, result.Signal));
        Assert.Matches($@"Max open files +{limit.Split(' ')[^1]} ", result.OutputText);
    }

    /// <summary>Root may raise all limits above. Nobody may raise this one.</summary>
    [Fact]
    public void It_does_less_where_it_may_not_raise_a_limit()
    {
        CommandResult result = _bench.RunIn(Lean, "/bin/busybox", "sh", "-c", "cat >state; exit 3");

        Assert.Equal((3, null), (result.ExitCode, result.Signal));
        Assert.Equal(SupervisorBench.State, File.ReadAllText(_bench.Inside("state")));
        Assert.False(File.Exists(_bench.LogFile));
    }

    private CommandResult Run(string limit, string script) =>
        _bench.RunIn($"ulimit {limit}; exec \"$@\"", "/bin/busybox", "sh", "-c", script);

    private static string Bare(string limit, string options) =>
        new Command("/bin/sh", "-c", $"ulimit {limit}; exec /bin/busybox sh -c 'ulimit {options}'").Run().EnsureSuccess().OutputText;
}
