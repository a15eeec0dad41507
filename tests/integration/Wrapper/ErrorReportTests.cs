using System.Globalization;
using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests how an error reaches the user of <c>docker run</c>: by the line in the runtime's log that containerd's shim looks for.
/// </summary>
public sealed class ErrorReportTests : IDisposable
{
    private readonly WrapperBench _bench = new();
    private readonly string _log;

    public ErrorReportTests()
    {
        _log = Path.Combine(_bench.Root, "log.json");
        _bench.WriteRule("a.json", "{");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("--log L --log-format json")]
    [InlineData("--log=L --log-format=json")]
    [InlineData("--log-format json --log=L")]
    [InlineData("-log L -log-format=json")]
    [InlineData("--log file:L --log-format json")]
    [InlineData("--log=file:L --log-format json")]
    [InlineData("--log /nowhere/x --log L --log-format text --log-format json")]
    public void It_is_one_line_of_JSON_in_the_log(string options)
    {
        CommandResult result = Run(options);

        result.AssertFailed(125, "a.json");
        string line = Assert.Single(File.ReadAllLines(_log));
        Assert.EndsWith("\n", File.ReadAllText(_log), StringComparison.Ordinal);
        using var entry = JsonDocument.Parse(line);
        Assert.Equal(["level", "msg", "time"], entry.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("error", entry.RootElement.GetProperty("level").GetString());
        Assert.Equal(result.ErrorText, $"runc-wrap: {entry.RootElement.GetProperty("msg").GetString()}\n");
        AssertRfc3339(entry.RootElement.GetProperty("time").GetString()!);
    }

    [Theory]
    [InlineData("--log L")]
    [InlineData("--log L --log-format text")]
    public void As_text_it_is_as_runc_writes_it(string options)
    {
        Run(options).AssertFailed(125);

        string line = Assert.Single(File.ReadAllLines(_log));
        System.Text.RegularExpressions.Match match = System.Text.RegularExpressions.Regex.Match(line, "^time=\"([^\"]+)\" level=error msg=\"(.*a\\.json.*)\"$");
        Assert.True(match.Success, line);
        AssertRfc3339(match.Groups[1].Value);
    }

    [Fact]
    public void It_is_added_to_what_the_log_holds()
    {
        File.WriteAllText(_log, "{\"level\":\"info\",\"msg\":\"earlier\",\"time\":\"2024-01-01T00:00:00Z\"}\n");

        Run("--log L --log-format json").AssertFailed(125);
        Run("--log L --log-format json").AssertFailed(125);

        string[] lines = File.ReadAllLines(_log);
        Assert.Equal(3, lines.Length);
        Assert.Contains("earlier", lines[0], StringComparison.Ordinal);
    }

    /// <summary>Names may contain anything, and the line must still be one line of JSON.</summary>
    [Theory]
    [InlineData("new\nline.json")]
    [InlineData("quote\"back\\slash.json")]
    [InlineData("tab\tbell\a.json")]
    [InlineData("\u2028<&>'.json")]
    public void Odd_names_do_not_break_the_line(string name)
    {
        _bench.WriteRule(name, "{");

        Assert.Equal(125, Run("--log L --log-format json").ExitCode);

        using var entry = JsonDocument.Parse(Assert.Single(File.ReadAllText(_log).TrimEnd('\n').Split('\n')));
        Assert.Contains(name, entry.RootElement.GetProperty("msg").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log /nowhere/dir/log")]
    [InlineData("--log /dev/full")]
    [InlineData("--log B")]
    [InlineData("--log=")]
    [InlineData("--log journald:x")]
    [InlineData("--log syslog:x")]
    public void A_log_that_cannot_be_written_leaves_standard_error(string options) =>
        Run($"{options} --log-format json").AssertFailed(125, "a.json");

    [Fact]
    public void A_log_that_is_a_FIFO_is_not_waited_for()
    {
        _ = new Command("mkfifo", _log).Run().EnsureSuccess();
        Run("--log L --log-format json").AssertFailed(125, "a.json");
    }

    [Theory]
    [InlineData("exec 2>&-")]
    [InlineData("exec 0<&- 1>&- 2>&-")]
    [InlineData("exec 2>/dev/full")]
    public void Without_standard_error_the_log_has_it(string script)
    {
        CommandResult result = _bench.RunScript($"{script}; exec \"$@\"", "--log", _log, "--log-format", "json", "create", "--bundle", _bench.Bundle, "c1");

        Assert.Equal((125, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        Assert.Contains("a.json", Assert.Single(File.ReadAllLines(_log)), StringComparison.Ordinal);
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
    }

    [Theory]
    [InlineData("/nowhere/runc", 127, "no such file or directory")]
    [InlineData("/etc/passwd", 126, "permission denied")]
    public void Docker_tells_a_missing_runtime_from_one_it_may_not_execute_by_the_words(string runtime, int code, string words)
    {
        _bench.Set("runtime", runtime);

        Run("--log L --log-format json").AssertFailed(code, words);

        Assert.Contains(words, Assert.Single(File.ReadAllLines(_log)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create --bundle B c1")]
    [InlineData("state c1")]
    public void Success_leaves_the_log_alone(string command)
    {
        _bench.WriteRule("a.json", WrapperBench.Rule());

        _bench.Run($"--log {_log} --log-format json {command.Replace("B", _bench.Bundle, StringComparison.Ordinal)}".Split(' ').Select(word => (ByteString)word))
            .AssertSilentSuccess();

        Assert.False(File.Exists(_log));
    }

    private static void AssertRfc3339(string time)
    {
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", time);
        var parsed = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
        Assert.InRange((DateTimeOffset.UtcNow - parsed).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    private CommandResult Run(string options) => _bench.Run([
        .. options.Split(' ').Select(word => (ByteString)Expand(word)),
        "create", "--bundle", _bench.Bundle, "c1"]);

    private string Expand(string word) => word switch
    {
        "B" => _bench.Bundle,
        _ when word.EndsWith('L') => word[..^1] + _log,
        _ => word,
    };
}
