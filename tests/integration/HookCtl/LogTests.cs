using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl log</c> of a log file.</summary>
public sealed class LogTests : IDisposable
{
    private readonly RunFileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("log.txt")]
    [InlineData("log.json", "--json")]
    public void Each_run_is_a_line_and_failures_have_their_last_lines(string golden, params string[] options)
    {
        _bench.AddOneOfEach();

        CommandResult result = _bench.Run(["log", .. options]);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.Bench.AssertGolden(golden, result.OutputText);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(4, "--failed")]
    [InlineData(4, "01234")]
    [InlineData(4, RunFileBench.Container)]
    [InlineData(0, "12345")]
    [InlineData(4, "--rule", "10-net.json")]
    [InlineData(4, "--rule", "/etc/containers/oci/hooks.d/10-net.json")]
    [InlineData(0, "--rule", "net.json")]
    [InlineData(3, "--since", "2025-01-31 12:04:00")]
    [InlineData(3, "--since", "2025-01-31T14:04:00+02:00")]
    [InlineData(6, "--since", "2025-01-31")]
    [InlineData(0, "--since", "2h ago")]
    [InlineData(0, "--since", "-30min")]
    [InlineData(0, "--since", "yesterday")]
    [InlineData(1, "--since", "2025-01-31 12:04:00", "--failed", "other")]
    public void Options_choose_among_them(int count, params string[] options)
    {
        _bench.AddOneOfEach();

        CommandResult result = _bench.Run(["log", "--json", .. options]);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal(count, result.OutputText.Count(letter => letter == '\n'));
    }

    [Theory]
    [InlineData("no time", "--since", "soon")]
    [InlineData("no time", "--since", "2h")]
    [InlineData("no time", "--since", "99999999999999999999999999h ago")]
    [InlineData("no time", "--since", "2025-13-45")]
    [InlineData("only the journal can be followed", "-f")]
    public void What_a_file_cannot_give_is_misuse(string message, params string[] options)
    {
        CommandResult result = _bench.Run(["log", .. options]);

        Assert.Equal((2, ""), (result.ExitCode, result.OutputText));
        Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_lines_are_passed_over_and_counted()
    {
        _bench.Add(RunFileBench.Succeeded, 1);
        string[] broken =
        [
            "", "{", "[]", "17", "{}", """{"time":1}""", """{"time":"soon"}""", """{"time":"2025-01-31T12:00:00Z","x":"\ud800"}""",
        ];
        foreach (string line in broken)
        {
            _bench.AddLine(line);
        }

        File.AppendAllBytes(_bench.LogFile, [.. "{\"time\":\""u8, 0xff, .. "\"}\n"u8]);
        _bench.Add(RunFileBench.Succeeded, 2);
        File.AppendAllText(_bench.LogFile, "{\"time\":\"2025-01-31T12:00:00Z\"");

        CommandResult result = _bench.Run("log");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(2, result.OutputText.Count(letter => letter == '\n'));
        Assert.Equal($"hookctl: {_bench.LogFile}: passed over 9 broken record(s)\n", result.ErrorText);
    }

    [Fact]
    public void Values_of_another_kind_are_not_taken_for_what_they_are_not()
    {
        _bench.Add(RunFileBench.Failed, 1, new()
        {
            ["ocihooksExitCode"] = "-7x",
            ["ocihooksDurationMs"] = "NaN",
            ["ocihooksStderr"] = new JsonArray("a", "b"),
            ["ocihooksStage"] = new JsonObject { ["x"] = 1 },
            ["containerId"] = "\u001b]0;title\u0007",
            ["ocihooksHook"] = "[red]\u009b1m",
        });

        CommandResult result = _bench.Run("log");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("  failed     ", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("[red]\ufffd1m", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain(result.OutputText, letter => char.IsControl(letter) && letter != '\n');
        Assert.Equal(0, _bench.Run("log", "--json").ExitCode);
        Assert.Equal(0, _bench.Run("stats", "--json").ExitCode);
    }

    [Fact]
    public void A_file_that_is_not_there_yet_has_no_runs()
    {
        CommandResult result = _bench.Run("log");

        Assert.Equal((0, $"{_bench.LogFile} has no such runs of hooks\n", ""), (result.ExitCode, result.OutputText, result.ErrorText));
    }

    [Fact]
    public void A_log_that_cannot_be_read_again_is_a_failure()
    {
        foreach ((JsonObject log, string message) in new[]
        {
            (new JsonObject { ["journald"] = false }, "set log.journald to true or log.file"),
            (new JsonObject { ["journald"] = false, ["file"] = "/dev/null" }, "is not a regular file"),
            (new JsonObject { ["journald"] = false, ["file"] = _bench.Bench.SettingsFile + "/x" }, "cannot be opened"),
        })
        {
            _bench.Bench.Set("log", log);

            CommandResult result = _bench.Run("log");

            Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
            Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_journalctl_the_journal_cannot_be_read()
    {
        _bench.Bench.Set("log", new JsonObject());

        CommandResult result = new Command(Repository.HookCtl, "log", "--config", _bench.Bench.SettingsFile)
        {
            Environment = ["PATH=/nowhere"],
        }.Run();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(
            "hookctl: journalctl cannot be started: no such file or directory; install it, or add its directory to PATH\n", result.ErrorText);
    }

    /// <summary>
    /// .NET by itself would run it. Somebody who can write to an administrator's current directory must not get a program run.
    /// </summary>
    [Fact]
    public void A_journalctl_in_the_current_directory_is_not_run()
    {
        string directory = Directory.CreateDirectory(_bench.Bench.Inside("here")).FullName;
        _ = Executable.Write(Path.Combine(directory, "journalctl"), "#!/bin/sh\necho >run\n");
        _bench.Bench.Set("log", new JsonObject());

        CommandResult result = new Command(Repository.HookCtl, "log", "--config", _bench.Bench.SettingsFile)
        {
            Environment = ["PATH=/nowhere"],
            WorkingDirectory = directory,
        }.Run();

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["journalctl"], Directory.GetFiles(directory).Select(Path.GetFileName));
    }

    /// <summary>A journal stores what it receives: a field may be bytes, have several values, or be missing.</summary>
    [Fact]
    public void Strange_fields_of_a_journal_are_read_as_far_as_they_can_be()
    {
        _bench.Bench.Set("log", new JsonObject());
        string entries = $$$"""
            {"__REALTIME_TIMESTAMP":"1738324800000000","MESSAGE_ID":"{{{RunFileBench.Failed}}}","OCIHOOKS_STDERR":[104,105,255],"OCIHOOKS_STAGE":["poststop","x"],"OCIHOOKS_EXIT_CODE":["4","5"],"OCIHOOKS_HOOK":[[47,97],"b"],"CONTAINER_ID":null,"OCIHOOKS_RULE":[]}
            {"__REALTIME_TIMESTAMP":"99999999999999999999","MESSAGE_ID":"{{{RunFileBench.Failed}}}"}
            {"MESSAGE_ID":"{{{RunFileBench.Failed}}}"}
            no JSON
            """;
        _ = Executable.Write(_bench.Bench.Inside("journalctl"), $"#!/bin/sh\ncat <<'END'\n{entries}\nEND\n");

        CommandResult result = new Command(Repository.HookCtl, "log", "--config", _bench.Bench.SettingsFile)
        {
            Environment = [$"PATH={_bench.Bench.Root}:/usr/bin:/bin", "TZ=UTC"],
        }.Run();

        Assert.Equal((0, "hookctl: the journal: passed over 3 broken record(s)\n"), (result.ExitCode, result.ErrorText));
        Assert.Equal(
            "2025-01-31 12:00:00  poststop         -             exit 4                -  /a (no rule)\n    hi\ufffd\n", result.OutputText);
    }
}
