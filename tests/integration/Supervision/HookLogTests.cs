using System.Globalization;
using System.Text.Json;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Supervision;

/// <summary>Tests the supervisor's log file, and its events if the file cannot be written.</summary>
public sealed class HookLogTests : IDisposable
{
    private readonly SupervisorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void An_event_is_one_line_of_JSON_in_which_numbers_are_numbers()
    {
        Assert.Equal(3, _bench.RunShell("echo out; echo err >&2; exit 3").ExitCode);

        _ = Assert.Single(File.ReadAllLines(_bench.LogFile));
        JsonElement entry = _bench.Entry;
        Assert.Equal("""["sh","-c","echo out; echo err >&2; exit 3"]""", entry.GetProperty("ocihooksArgs").GetString());
        Assert.True(DateTimeOffset.TryParse(entry.GetProperty("time").GetString(), CultureInfo.InvariantCulture, out _));
        string[] numbers = ["Pid", "DurationMs", "Killed", "ExitCode", "StdoutBytes", "StderrBytes"];
        Assert.All(numbers, name => Assert.Equal(JsonValueKind.Number, entry.GetProperty("ocihooks" + name).ValueKind));
        Assert.Equal(JsonValueKind.False, entry.GetProperty("ocihooksTimedOut").ValueKind);
        Assert.Equal(
            ("error", "c1", "/run/b", "/rules/rule.json", "/bin/sh", "createRuntime", "abort", "out", "err"),
            (Text("level"), Text("containerId"), Text("ocihooksBundle"), Text("ocihooksRule"), Text("ocihooksHook"), Text("ocihooksStage"),
                Text("ocihooksPolicy"), Text("ocihooksStdout"), Text("ocihooksStderr")));

        string? Text(string name) => entry.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("debug", "started", "succeeded", "failed")]
    [InlineData("information", "succeeded", "failed")]
    [InlineData("warning", "failed")]
    [InlineData("error", "failed")]
    public void The_level_says_what_is_told(string level, params string[] words)
    {
        _bench.Options["--log-level"] = level;

        Assert.Equal((0, ""), (_bench.Run("/bin/true").ExitCode, _bench.Run("/bin/true").ErrorText));
        File.Delete(_bench.LogFile);
        Assert.Equal("", _bench.Run("/bin/true").ErrorText);
        Assert.Equal(1, _bench.Run("/bin/false").ExitCode);

        string[] lines = File.ReadAllLines(_bench.LogFile);
        Assert.All(words, word => Assert.Contains(lines, line => line.Contains(word, StringComparison.Ordinal)));
        Assert.Equal(level == "debug" ? 4 : words.Length, lines.Length);
    }

    [Fact]
    public void Lines_of_many_at_once_do_not_mix()
    {
        CommandResult[] results = ManyAtOnce.Run(60, 20, i => _bench.RunShell($"head -c 30000 /dev/zero | tr '\\0' x; exit {i}"));

        Assert.Equal(Enumerable.Range(0, 60), results.Select(result => result.ExitCode!.Value));
        IEnumerable<int> codes = File.ReadAllLines(_bench.LogFile)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("ocihooksExitCode").GetInt32());
        Assert.Equal(Enumerable.Range(0, 60), codes.Order());
    }

    [Theory]
    [InlineData("missing/hooks.log")]
    [InlineData("hooks.log/below-a-file")]
    [InlineData("directory")]
    public void What_the_file_does_not_take_is_told_on_standard_error(string path)
    {
        File.WriteAllText(_bench.LogFile, "");
        _ = Directory.CreateDirectory(_bench.Inside("directory"));
        _bench.Options["--log-file"] = _bench.Inside(path);

        AssertOnStandardError(_bench.Run("/bin/true"));
        AssertFailureReported(_bench.Run("/bin/false"));
    }

    [Fact]
    public void A_pipe_that_nobody_reads_is_no_place_either()
    {
        _ = new Command("mkfifo", _bench.Inside("fifo")).Run().EnsureSuccess();
        _bench.Options["--log-file"] = _bench.Inside("fifo");

        AssertOnStandardError(_bench.Run("/bin/true"));
        AssertOnStandardError(_bench.RunIn("exec 9<>fifo; head -c 65536 /dev/zero >&9; \"$@\" 9>&-", "/bin/true"));
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("ro")]
    [InlineData("full")]
    public void Nor_is_a_disk_that_takes_nothing(string kind)
    {
        string disk = Directory.CreateDirectory(_bench.Inside("disk")).FullName;
        using var mount = Mount.Memory(disk, kind == "ro" ? "ro" : "size=4k");
        if (kind == "full")
        {
            File.WriteAllBytes(Path.Combine(disk, "filler"), new byte[4096]);
        }

        _bench.Options["--log-file"] = Path.Combine(disk, "hooks.log");

        AssertOnStandardError(_bench.Run("/bin/true"));
        AssertFailureReported(_bench.Run("/bin/false"));
    }

    [Fact]
    public void A_limit_on_the_size_of_files_is_no_end()
    {
        AssertOnStandardError(_bench.RunIn("ulimit -f 0; exec \"$@\"", "/bin/true"));
        Assert.Equal(153, _bench.RunIn("ulimit -f 0; \"$@\"; exit $?", "/bin/sh", "sh", "-c", "echo a >file; exit 3").ExitCode);
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("none")]
    [InlineData("dead")]
    [InlineData("full")]
    public void What_the_journal_does_not_take_the_file_does(string kind)
    {
        _bench.Options["--log-journald"] = null;

        CommandResult result = WithJournal(kind, "/bin/true");

        Assert.Equal((0, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        Assert.Equal("information", _bench.Entry.GetProperty("level").GetString());
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("none")]
    [InlineData("dead")]
    [InlineData("full")]
    public void What_neither_takes_is_told_on_standard_error(string kind)
    {
        _bench.Options["--log-journald"] = null;
        _bench.Options["--log-file"] = _bench.Inside("missing/hooks.log");

        AssertOnStandardError(WithJournal(kind, "/bin/true"));
        AssertFailureReported(WithJournal(kind, "/bin/false"));
    }

    [Fact]
    public void Without_a_place_for_events_a_failure_is_told_and_a_success_is_not()
    {
        _ = _bench.Options.Remove("--log-file");

        Assert.Equal("", _bench.Run("/bin/true").ErrorText);
        AssertFailureReported(_bench.Run("/bin/false"));
    }

    [Fact]
    public void A_failure_is_told_on_standard_error_once_also_if_that_is_the_log()
    {
        _bench.Options["--log-stderr"] = null;

        AssertOnStandardError(_bench.Run("/bin/true"));
        AssertFailureReported(_bench.Run("/bin/false"));
    }

    private static void AssertOnStandardError(CommandResult result)
    {
        Assert.Equal((0, ""), (result.ExitCode, result.OutputText));
        Assert.Matches(
            @"^runc-wrap: createRuntime hook /bin/true \(/rules/rule.json\) of container c1 succeeded in \d+ ms\n$", result.ErrorText);
    }

    private static void AssertFailureReported(CommandResult result)
    {
        Assert.Equal((1, ""), (result.ExitCode, result.OutputText));
        Assert.Matches(
            @"^runc-wrap: createRuntime hook /bin/false \(/rules/rule.json\) of container c1 failed with exit code 1 after \d+ ms\n$",
            result.ErrorText);
    }

    private CommandResult WithJournal(string kind, params IEnumerable<ByteString> hook)
    {
        string directory = _bench.Inside("journal");
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        using var journal = new FakeJournal(directory);
        if (kind == "full")
        {
            journal.FillUp();
        }
        else if (kind == "dead")
        {
            journal.Dispose();
        }

        string bind = kind == "none" ? ":" : $"mkdir -p /run/systemd/journal; mount --bind {directory} /run/systemd/journal";
        return _bench.RunWithMounts($"mount -t tmpfs none /run; {bind}; exec \"$@\"", hook);
    }
}
