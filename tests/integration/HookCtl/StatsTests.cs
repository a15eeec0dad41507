using System.Globalization;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl stats</c> of a log file.</summary>
public sealed class StatsTests : IDisposable
{
    private readonly RunFileBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string Metrics => _bench.Bench.Inside("ocihooks.prom");

    private string State => Metrics + ".state";

    [Theory]
    [InlineData("stats.txt")]
    [InlineData("stats.json", "--json")]
    public void Runs_are_counted_by_rule_and_stage(string golden, params string[] options)
    {
        _bench.AddOneOfEach();
        for (int i = 1; i <= 100; i++)
        {
            _bench.Add(RunFileBench.Succeeded, 10, new() { ["ocihooksRule"] = "/b.json", ["ocihooksDurationMs"] = 101 - i });
        }

        CommandResult result = _bench.Run(["stats", .. options]);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.Bench.AssertGolden(golden, result.OutputText);
    }

    [Fact]
    public void Metrics_are_those_of_the_text_format_and_can_be_read_by_all()
    {
        _bench.AddOneOfEach();

        CommandResult result = Run("sh", "-c", "umask 077; exec \"$0\" \"$@\"", Repository.HookCtl);

        Assert.Equal((0, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        _bench.Bench.AssertGolden("stats.prom", File.ReadAllText(Metrics));
        Assert.Equal("644\n", new Command("stat", "-c", "%a", Metrics).Run().OutputText);
        Assert.Empty(Directory.GetFiles(_bench.Bench.Root, ".*"));
    }

    [Fact]
    public void Each_call_adds_what_is_new()
    {
        for (int i = 1; i <= 3; i++)
        {
            // It has the same time as the last. The position in the file decides.
            _bench.Add(RunFileBench.Succeeded, 1);
            AssertCounted(i);
            AssertCounted(i);
        }

        File.AppendAllText(_bench.LogFile, "{\"time\":\"2025-01-31T12:01:00Z\",");
        AssertCounted(3);
        _bench.AddLine($$"""
            "messageId":"{{RunFileBench.Succeeded}}","ocihooksRule":"/etc/containers/oci/hooks.d/10-net.json","ocihooksStage":"createRuntime"}
            """);
        AssertCounted(4);
    }

    [Fact]
    public void Counts_outlive_the_file_of_the_log()
    {
        _bench.Add(RunFileBench.Succeeded, 1);
        _bench.Add(RunFileBench.Succeeded, 2);
        AssertCounted(2);

        File.Move(_bench.LogFile, _bench.LogFile + ".1");
        AssertCounted(2);
        _bench.Add(RunFileBench.Succeeded, 3);
        AssertCounted(3);
        File.WriteAllText(_bench.LogFile, "");
        _bench.Add(RunFileBench.Succeeded, 4, new() { ["message"] = "s" });
        AssertCounted(4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\":1")]
    [InlineData("""{"version":2,"position":null,"hooks":[]}""")]
    [InlineData("""{"version":1,"position":null,"hooks":[null]}""")]
    [InlineData("""{"version":1,"position":null,"hooks":[{"rule":"a","stage":"b","outcomes":[1],"buckets":[],"sumMs":0}]}""")]
    [InlineData("""{"version":1,"position":{"source":"x","time":"2025-01-31T12:00:00Z","cursor":null,"inode":1,"offset":-1},"hooks":[]}""")]
    public void Broken_totals_are_told_and_left_alone(string state)
    {
        _bench.Add(RunFileBench.Succeeded, 1);
        File.WriteAllText(State, state);

        CommandResult result = _bench.Run("stats", "--prometheus", Metrics);

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith($"hookctl: {State} ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("move it away to count anew", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal((state, false), (File.ReadAllText(State), File.Exists(Metrics)));
    }

    [Fact]
    public void Metrics_go_to_standard_output_for_a_dash_and_nothing_is_kept()
    {
        _bench.Add(RunFileBench.Succeeded, 2);
        string[] before = Directory.GetFileSystemEntries(_bench.Bench.Root);

        CommandResult first = _bench.Run("stats", "--prometheus", "-");
        CommandResult second = _bench.Run("stats", "--prometheus", "-");

        Assert.Equal((0, ""), (first.ExitCode, first.ErrorText));
        Assert.Contains("outcome=\"succeeded\"} 1\n", first.OutputText, StringComparison.Ordinal);
        Assert.Equal(first.OutputText, second.OutputText);
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_bench.Bench.Root).Order());
    }

    [Fact]
    public void What_cannot_be_written_is_a_failure()
    {
        _bench.Add(RunFileBench.Succeeded, 1);

        Assert.Equal(3, _bench.Run("stats", "--prometheus", _bench.Bench.Inside("missing/x.prom")).ExitCode);
        Assert.Equal(3, _bench.Run("stats", "--prometheus", _bench.LogFile + "/x.prom").ExitCode);
        CommandResult unwritable = _bench.Run("stats", "--prometheus", "/proc/self/x.prom");
        Assert.Equal(3, unwritable.ExitCode);
        Assert.Matches("^hookctl: /proc/self(/x.prom.state)? cannot be ", unwritable.ErrorText);
        Assert.Equal(2, _bench.Run("stats", "--prometheus", Metrics, "--since", "today").ExitCode);
        Assert.Equal(2, _bench.Run("stats", "--prometheus", Metrics, "--json").ExitCode);
    }

    [Fact]
    public void Calls_at_the_same_time_count_each_run_once()
    {
        Assert.All(
            ManyAtOnce.Run(40, 8, i =>
            {
                lock (_bench)
                {
                    _bench.Add(RunFileBench.Succeeded, 1);
                }

                return _bench.Run("stats", "--prometheus", Metrics);
            }),
            result => Assert.Equal((0, ""), (result.ExitCode, result.ErrorText)));

        AssertCounted(40);
    }

    private CommandResult Run(string program, params IEnumerable<string> arguments) =>
        new Command(
            program,
            [
                .. arguments.Concat(["stats", "--prometheus", Metrics, "--config", _bench.Bench.SettingsFile])
                    .Select(word => (ByteString)word),
            ]).Run();

    private void AssertCounted(int count)
    {
        CommandResult result = _bench.Run("stats", "--prometheus", Metrics);
        Assert.Equal((0, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        Assert.Contains(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rule=\"/etc/containers/oci/hooks.d/10-net.json\",stage=\"createRuntime\",outcome=\"succeeded\"}} {count}\n"),
            File.ReadAllText(Metrics),
            StringComparison.Ordinal);
    }
}
