using System.Globalization;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Supervision;

/// <summary>Tests the supervisor's events in the journal. Each test has its own journal socket, in a mount namespace.</summary>
[Trait("Needs", "root")]
public sealed class HookJournalTests : IDisposable
{
    private const string Started = "3b7e0f52c6d94a1e8f25a9d0416c7be2";
    private const string Succeeded = "c41a8d96e0f34b57923d5be7a8106f4c";
    private const string Failed = "e95f27b0d18c4c6fa3470c9b52ed6a81";
    private const string TimedOut = "07d3c5a4b92e4f68b1fe84603ad95c2e";

    private readonly SupervisorBench _bench = new();
    private readonly FakeJournal _journal;

    public HookJournalTests()
    {
        _journal = new FakeJournal(_bench.Inside("journal"));
        _bench.Options["--log-journald"] = null;
        _ = _bench.Options.Remove("--log-file");
    }

    public void Dispose()
    {
        _journal.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public void A_success_is_one_event_with_a_field_for_everything()
    {
        // The event's times are truncated to microseconds.
        DateTimeOffset before = DateTimeOffset.UtcNow.AddMicroseconds(-1);
        ILookup<string, string> entry = Run("0", "echo a; echo b; echo c >&2");

        AssertFields(entry, new()
        {
            ["SYSLOG_IDENTIFIER"] = "runc-wrap",
            ["PRIORITY"] = "6",
            ["MESSAGE_ID"] = Succeeded,
            ["CONTAINER_ID"] = "c1",
            ["OCIHOOKS_BUNDLE"] = "/run/b",
            ["OCIHOOKS_RULE"] = "/rules/rule.json",
            ["OCIHOOKS_HOOK"] = "/bin/sh",
            ["OCIHOOKS_STAGE"] = "createRuntime",
            ["OCIHOOKS_POLICY"] = "abort",
            ["OCIHOOKS_EXIT_CODE"] = "0",
            ["OCIHOOKS_TIMED_OUT"] = "false",
            ["OCIHOOKS_KILLED"] = "0",
            ["OCIHOOKS_STDOUT_BYTES"] = "4",
            ["OCIHOOKS_STDOUT"] = "a\nb",
            ["OCIHOOKS_STDERR_BYTES"] = "2",
            ["OCIHOOKS_STDERR"] = "c",
        });
        Assert.Equal(["""["sh","-c","echo a; echo b; echo c >&2"]"""], entry["OCIHOOKS_ARGS"]);
        Assert.Matches(
            @"^createRuntime hook /bin/sh \(/rules/rule.json\) of container c1 succeeded in \d+ ms$", Assert.Single(entry["MESSAGE"]));
        Assert.Matches("^[1-9][0-9]*$", Assert.Single(entry["OCIHOOKS_PID"]));
        DateTimeOffset start = Time(entry, "OCIHOOKS_START");
        DateTimeOffset end = Time(entry, "OCIHOOKS_END");
        double duration = double.Parse(Assert.Single(entry["OCIHOOKS_DURATION_MS"]), CultureInfo.InvariantCulture);
        Assert.InRange(duration, 0.001, double.MaxValue);
        Assert.Equal(duration, (end - start).TotalMilliseconds, 0.01);
        Assert.InRange(start, before, end);
        Assert.InRange(end, start, DateTimeOffset.UtcNow);
    }

    [Fact]
    public void A_failure_says_by_what_code() => AssertFields(Run("3", "exit 3"), new()
    {
        ["PRIORITY"] = "3",
        ["MESSAGE_ID"] = Failed,
        ["OCIHOOKS_EXIT_CODE"] = "3",
        ["OCIHOOKS_POLICY"] = "abort",
    });

    [Theory]
    [InlineData("ulimit -c 0; kill -KILL $$", "137", "SIGKILL", "false")]
    [InlineData("ulimit -c 0; kill -SEGV $$", "139", "SIGSEGV", "false")]
    [InlineData("ulimit -c unlimited; kill -SEGV $$", "139", "SIGSEGV", "true")]
    public void A_death_says_by_what_signal_and_whether_there_is_a_core(string script, string status, string signal, string core)
    {
        string dumps = new Command("/bin/sh", "-c", "ulimit -c unlimited; sh -c 'kill -SEGV $$'; exit 0") { WorkingDirectory = _bench.Root }
            .Run().ErrorText.Contains("core dumped", StringComparison.Ordinal) ? core : "false";

        ILookup<string, string> entry = Run(status, script);

        AssertFields(entry, new()
        {
            ["PRIORITY"] = "3",
            ["MESSAGE_ID"] = Failed,
            ["OCIHOOKS_SIGNAL"] = signal,
            ["OCIHOOKS_CORE_DUMPED"] = dumps,
        });
        Assert.Empty(entry["OCIHOOKS_EXIT_CODE"]);
        Assert.Equal(dumps == "true", Assert.Single(entry["MESSAGE"]).EndsWith(", core dumped", StringComparison.Ordinal));
    }

    [Fact]
    public void A_timeout_says_how_many_were_killed()
    {
        const string Script = "trap '' TERM; setsid sleep 100000 & setsid sleep 100000 & echo >ready; while :; do sleep 0.05; done";

        ILookup<string, string> entry = _bench.TimeOut("ready", () => Run("124", Script));

        AssertFields(entry, new()
        {
            ["PRIORITY"] = "3",
            ["MESSAGE_ID"] = TimedOut,
            ["OCIHOOKS_TIMED_OUT"] = "true",
            ["OCIHOOKS_SIGNAL"] = "SIGKILL",
        });

        // The shell, the two sleeps, and perhaps the process that the shell waits for.
        Assert.InRange(int.Parse(Assert.Single(entry["OCIHOOKS_KILLED"]), CultureInfo.InvariantCulture), 3, 4);
        Assert.Contains(" processes killed", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_that_could_not_be_started_says_why()
    {
        ILookup<string, string> entry = RunHook("127", "/nonexistent/hook", "hook");

        AssertFields(entry, new() { ["PRIORITY"] = "3", ["MESSAGE_ID"] = Failed, ["ERRNO"] = "2", ["CONTAINER_ID"] = "c1" });
        Assert.Empty(entry["OCIHOOKS_EXIT_CODE"]);
        Assert.Empty(entry["OCIHOOKS_SIGNAL"]);
        Assert.InRange(double.Parse(Assert.Single(entry["OCIHOOKS_DURATION_MS"]), CultureInfo.InvariantCulture), 0, double.MaxValue);
    }

    [Fact]
    public void A_hook_for_which_there_is_no_descriptor_says_so()
    {
        Assert.Equal(126, WithJournal($"exec {Probes.Failing} pipe2 24 \"$@\"", "/bin/true").ExitCode);

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        AssertFields(entry, new() { ["MESSAGE_ID"] = Failed, ["ERRNO"] = "24" });
        Assert.InRange(double.Parse(Assert.Single(entry["OCIHOOKS_DURATION_MS"]), CultureInfo.InvariantCulture), 0, double.MaxValue);
        Assert.InRange(Time(entry, "OCIHOOKS_END"), Time(entry, "OCIHOOKS_START"), DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("--on-failure", "continue", "createRuntime", "continue", "the container goes on")]
    [InlineData("--stage", "poststop", "poststop", "abort", "the hooks after it run all the same")]
    public void A_failure_that_stops_nothing_is_a_failure(string option, string value, string stage, string policy, string consequence)
    {
        _bench.Options[option] = value;

        ILookup<string, string> entry = Run("0", "exit 3");

        AssertFields(entry, new()
        {
            ["PRIORITY"] = "3",
            ["MESSAGE_ID"] = Failed,
            ["OCIHOOKS_STAGE"] = stage,
            ["OCIHOOKS_POLICY"] = policy,
            ["OCIHOOKS_EXIT_CODE"] = "3",
        });
        Assert.Contains(consequence, Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_debugs_is_also_told_of_the_start()
    {
        _bench.Options["--log-level"] = "debug";

        Assert.Equal(0, WithJournal("exec \"$@\"", "/bin/true", "true", "x").ExitCode);

        IReadOnlyList<ILookup<string, string>> entries = _journal.Take();
        Assert.Equal([Started, Succeeded], entries.Select(entry => Assert.Single(entry["MESSAGE_ID"])));
        Assert.Equal(["7", "6"], entries.Select(entry => Assert.Single(entry["PRIORITY"])));
        Assert.Equal(Assert.Single(entries[0]["OCIHOOKS_PID"]), Assert.Single(entries[1]["OCIHOOKS_PID"]));
        Assert.Equal("createRuntime hook /bin/true (/rules/rule.json) of container c1 was started", Assert.Single(entries[0]["MESSAGE"]));
        Assert.Equal(["""["true","x"]"""], entries[0]["OCIHOOKS_ARGS"]);
        Assert.Equal(["c1"], entries[0]["CONTAINER_ID"]);
    }

    [Fact]
    public void No_value_can_pass_itself_off_as_another_field()
    {
        _bench.Options["--rule"] = "/a\nPRIORITY=0\nb";

        ILookup<string, string> entry = Run("0", "printf 'x\\nPRIORITY=1\\n\\377\\376\\n'; : 'a\nPRIORITY=2'");

        AssertFields(entry, new()
        {
            ["PRIORITY"] = "6",
            ["OCIHOOKS_RULE"] = "/a\nPRIORITY=0\nb",
            ["OCIHOOKS_STDOUT"] = "x\nPRIORITY=1\n��",
        });
        Assert.EndsWith("""; : 'a\nPRIORITY=2'"]""", Assert.Single(entry["OCIHOOKS_ARGS"]), StringComparison.Ordinal);
    }

    private static DateTimeOffset Time(ILookup<string, string> entry, string field) => DateTimeOffset.ParseExact(
        Assert.Single(entry[field]), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static void AssertFields(ILookup<string, string> entry, Dictionary<string, string> expected)
    {
        Assert.All(expected, field => Assert.Equal([field.Value], entry[field.Key]));
        Assert.All(entry, field => Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", field.Key));
    }

    private ILookup<string, string> Run(string status, string script) => RunHook(status, "/bin/sh", "sh", "-c", script);

    /// <summary>Runs a hook and returns its event. The status is a shell's exit status.</summary>
    private ILookup<string, string> RunHook(string status, params ByteString[] hook)
    {
        CommandResult result = WithJournal("\"$@\"; echo $? >status", hook);
        Assert.True(File.ReadAllText(_bench.Inside("status")).Trim() == status, result.ToString());
        return Assert.Single(_journal.Take());
    }

    private CommandResult WithJournal(string script, params IEnumerable<ByteString> hook) => _bench.RunWithMounts(
        $"mount -t tmpfs none /run; mkdir -p /run/systemd/journal; mount --bind {_journal.Directory} /run/systemd/journal; set +e; {script}",
        hook);
}
