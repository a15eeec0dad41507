using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the wrapper's own log, to a file and to standard error.</summary>
public sealed class LogTests : IDisposable
{
    private readonly WrapperBench _bench = new();
    private readonly string _log;

    public LogTests()
    {
        _log = Path.Combine(_bench.Root, "log");
        _bench.WriteRule("a.json", WrapperBench.Rule());
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_create_is_one_line_of_JSON_that_says_what_was_injected_by_what()
    {
        Set(("file", _log));
        _bench.WriteRule("b.json", WrapperBench.Rule("poststop"));

        _bench.Create().AssertSilentSuccess();

        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(_log)));
        JsonElement root = line.RootElement;
        Assert.Equal("information", root.GetProperty("level").GetString());
        Assert.True(DateTimeOffset.TryParse(root.GetProperty("time").GetString(), CultureInfo.InvariantCulture, out _));
        Assert.Equal("c1", root.GetProperty("containerId").GetString());
        Assert.Equal(["a.json", "b.json"], root.GetProperty("ocihooksRule").EnumerateArray().Select(rule => Path.GetFileName(rule.GetString()!)));
        Assert.Equal(["createRuntime", "poststop"], root.GetProperty("ocihooksStage").EnumerateArray().Select(stage => stage.GetString()!));
    }

    [Fact]
    public void Of_a_hundred_creates_at_once_no_line_is_lost_or_mixed()
    {
        Set(("file", _log));
        string[] bundles = [.. Enumerable.Range(0, 100).Select(i => Directory.CreateDirectory(Path.Combine(_bench.Root, $"b{i}")).FullName)];
        Array.ForEach(bundles, bundle => File.Copy(_bench.Config, Path.Combine(bundle, "config.json")));

        CommandResult[] results = ManyAtOnce.Run(100, 20, i => _bench.Run("create", "--bundle", bundles[i], $"c{i}"));

        Assert.All(results, result => result.AssertSilentSuccess());
        string[] ids = [.. File.ReadAllLines(_log).Select(line =>
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.GetProperty("containerId").GetString()!;
        })];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i}").Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("debug", true)]
    [InlineData("information", true)]
    [InlineData("warning", false)]
    [InlineData("error", false)]
    public void What_is_below_the_level_is_not_logged(string level, bool logged)
    {
        Set(("file", _log), ("level", level));

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(logged, File.Exists(_log));
    }

    [Theory]
    [InlineData("debug", true)]
    [InlineData("information", false)]
    public void That_nothing_was_injected_matters_to_who_debugs(string level, bool logged)
    {
        Set(("file", _log), ("level", level));
        File.Delete(Path.Combine(_bench.Rules, "a.json"));

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(logged, File.Exists(_log));
    }

    [Fact]
    public void A_rule_without_its_program_is_a_warning()
    {
        Set(("file", _log), ("level", "warning"));
        _bench.WriteRule("missing.json", WrapperBench.Rule(path: "/nowhere/hook"));

        _bench.Create().AssertSilentSuccess();

        string line = Assert.Single(File.ReadAllLines(_log));
        Assert.Contains("\"level\":\"warning\"", line, StringComparison.Ordinal);
        Assert.Contains("missing.json", line, StringComparison.Ordinal);
        Assert.Contains("/nowhere/hook", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_error_gets_a_line_when_asked_for()
    {
        Set(("stderr", true));

        CommandResult result = _bench.Create();

        Assert.Equal((0, ""), (result.ExitCode, result.OutputText));
        Assert.Matches("^runc-wrap: [^\n]*createRuntime[^\n]*/bin/true[^\n]*a\\.json[^\n]*\n$", result.ErrorText);
    }

    [Theory]
    [InlineData("a directory", "mkdir log")]
    [InlineData("in no directory", "rm -rf log; ln -s nowhere/log log")]
    [InlineData("a FIFO nobody reads", "mkfifo log")]
    [InlineData("a full device", "ln -s /dev/full log")]
    [InlineData("itself", "ln -s log log")]
    public void A_log_that_cannot_be_written_keeps_no_container_from_starting(string what, string script)
    {
        Assert.NotEmpty(what);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();
        Set(("file", _log));

        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Theory]
    [InlineData("exec 2>&-")]
    [InlineData("exec 2>/dev/full")]
    [InlineData("exec 0<&- 1>&- 2>&-")]
    public void Standard_error_that_cannot_be_written_keeps_no_container_from_starting(string script)
    {
        Set(("stderr", true));

        CommandResult result = _bench.RunScript($"{script}; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        _bench.AssertInjectedOnce(result);
        _ = Assert.Single(_bench.Calls);
    }

    private void Set(params (string Key, JsonNode Value)[] settings)
    {
        var log = new JsonObject { ["journald"] = false };
        foreach ((string key, JsonNode value) in settings)
        {
            log[key] = value;
        }

        _bench.Set("log", log);
    }
}
