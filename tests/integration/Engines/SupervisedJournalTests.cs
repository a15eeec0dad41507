using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests what a real journal has about the hooks of a container that runc runs.</summary>
[Trait("Needs", "root")]
public sealed class SupervisedJournalTests : IAsyncLifetime
{
    private JournalBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await JournalBench.MakeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_containers_whole_life_is_an_event_for_its_creation_and_one_for_each_hook()
    {
        foreach (string stage in HookLog.Stages)
        {
            _bench.WriteRule(stage, "cat >/dev/null; echo \"this is $0\"; echo careful >&2");
        }

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        IReadOnlyList<ILookup<string, string>> entries = await _bench.Journal.EntriesAsync();
        Assert.All(entries, entry => Assert.Equal([LowLevelBench.Id], entry["CONTAINER_ID"]));
        Assert.Equal([JournalBench.Injected, .. JournalBench.SupervisedStages.Select(_ => JournalBench.Succeeded)],
            entries.Select(entry => Assert.Single(entry["MESSAGE_ID"])));
        Assert.Equal(JournalBench.RunStages, entries.Skip(1).Select(entry => Assert.Single(entry["OCIHOOKS_STAGE"])));
        Assert.All(entries.Skip(1).Zip(JournalBench.SupervisedStages), entry => AssertFields(entry.First, entry.Second));
    }

    [Fact]
    public async Task The_times_are_those_of_the_hook()
    {
        _bench.WriteRule("createRuntime", "cat >/dev/null; sleep 0.2");
        DateTimeOffset before = DateTimeOffset.UtcNow;

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        ILookup<string, string> entry = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Succeeded));
        DateTimeOffset start = Time(entry, "OCIHOOKS_START");
        DateTimeOffset end = Time(entry, "OCIHOOKS_END");
        double duration = double.Parse(Assert.Single(entry["OCIHOOKS_DURATION_MS"]), CultureInfo.InvariantCulture);
        Assert.InRange(duration, 200, double.MaxValue);
        Assert.InRange((end - start).TotalMilliseconds, duration - 1, duration + 1);
        Assert.InRange(start, before, DateTimeOffset.UtcNow);

        // An event about an end is logged after that end.
        long logged = long.Parse(Assert.Single(entry["_SOURCE_REALTIME_TIMESTAMP"]), CultureInfo.InvariantCulture);
        Assert.InRange(end, start, DateTimeOffset.UnixEpoch.AddMicroseconds(logged));
    }

    /// <summary>A journal keeps a field's values as a set: their order may change, and equal values appear once.</summary>
    [Fact]
    public async Task The_arguments_can_be_read_as_they_were()
    {
        _bench.WriteRule("prestart", "cat >/dev/null", "a", "b");
        _bench.WriteRule("createRuntime", "cat >/dev/null", "b", "-v", "a", "-v", "b");

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        ILookup<string, string> entry = (await _bench.Journal.EntriesAsync(JournalBench.Succeeded))[1];
        Assert.Equal(["createRuntime"], entry["OCIHOOKS_STAGE"]);
        Assert.Equal(["b", "-v", "a", "-v", "b"], Arguments(entry)[^5..]);
    }

    [Fact]
    public async Task A_failing_hook_is_an_error_of_its_own_kind()
    {
        File.WriteAllText(_bench.RulePath("createRuntime"), HookLog.Rule(HookLog.FailingHook(3), "createRuntime"));

        Assert.NotEqual(0, (await _bench.RunContainerAsync()).ExitCode);

        ILookup<string, string> entry = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Failed));
        Assert.Equal(["3"], entry["PRIORITY"]);
        Assert.Equal(["3"], entry["OCIHOOKS_EXIT_CODE"]);
        Assert.Equal(["not today"], entry["OCIHOOKS_STDERR"]);
        Assert.Equal(["false"], entry["OCIHOOKS_TIMED_OUT"]);
        Assert.Matches(
            $"^createRuntime hook /bin/busybox \\({Regex.Escape(_bench.RulePath("createRuntime"))}\\) of container c1 "
                + "failed with exit code 3 after \\d+ ms$",
            Assert.Single(entry["MESSAGE"]));
    }

    [Fact]
    public async Task A_hook_that_ran_past_its_time_is_an_error_of_another_kind()
    {
        _bench.Bundle.Set("hookKillGrace", 0.2);
        _bench.WriteRule("createRuntime", "trap '' TERM; echo waiting; while :; do /bin/busybox sleep 100000; done");

        ILookup<string, string> entry = await ShortTimeout.FindAsync(0.3, HangForAsync, entry => entry["OCIHOOKS_STDOUT"].Any());
        Assert.Equal(["3"], entry["PRIORITY"]);
        Assert.Equal(["true"], entry["OCIHOOKS_TIMED_OUT"]);
        Assert.Equal(["waiting"], entry["OCIHOOKS_STDOUT"]);
        Assert.Equal(["SIGKILL"], entry["OCIHOOKS_SIGNAL"]);
        Assert.Empty(entry["OCIHOOKS_EXIT_CODE"]);
        Assert.InRange(int.Parse(Assert.Single(entry["OCIHOOKS_KILLED"]), CultureInfo.InvariantCulture), 1, 2);
        Assert.Matches(
            "^createRuntime hook /bin/busybox \\(.*\\) of container c1 ran past its timeout of \\d+(\\.\\d+)? s "
                + "and was ended after \\d+ ms, \\d process(es)? killed$",
            Assert.Single(entry["MESSAGE"]));

        async Task<ILookup<string, string>> HangForAsync(double seconds)
        {
            _bench.Bundle.Set("hookTimeout", seconds);
            Assert.NotEqual(0, (await _bench.RunContainerAsync()).ExitCode);
            return (await _bench.Journal.EntriesAsync(JournalBench.TimedOut))[^1];
        }
    }

    [Fact]
    public async Task Those_who_debug_are_told_of_the_start_too()
    {
        _bench.Bundle.Set("log", new JsonObject { ["level"] = "debug" });
        _bench.WriteRule("createRuntime", "cat >/dev/null; sleep 0.1");

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        ILookup<string, string> start = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Started));
        ILookup<string, string> end = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Succeeded));
        Assert.Equal(["7"], start["PRIORITY"]);
        Assert.Equal(
            $"createRuntime hook /bin/busybox ({_bench.RulePath("createRuntime")}) of container c1 was started",
            Assert.Single(start["MESSAGE"]));
        string[] common = ["PID", "STAGE", "RULE", "HOOK", "ARGS", "START"];
        foreach (string field in common.Select(name => "OCIHOOKS_" + name).Concat(["_PID", "CONTAINER_ID"]))
        {
            Assert.NotEmpty(start[field]);
            Assert.Equal(start[field], end[field]);
        }
    }

    /// <summary>The journal accepts an event too large for a datagram as a file in memory.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Arguments_of_any_length_arrive(int count)
    {
        string[] arguments = [.. Enumerable.Range(0, count).Select(i => new string((char)('a' + i), 100 * 1024))];
        _bench.WriteRule("createRuntime", "cat >/dev/null", arguments);

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        ILookup<string, string> entry = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Succeeded));
        Assert.Equal(arguments, Arguments(entry)[^count..]);
    }

    [Fact]
    public async Task Output_of_any_bytes_arrives()
    {
        _bench.WriteRule(
            "createRuntime", """cat >/dev/null; printf 'one\n\033[31mred\033[0m\0nul\nMESSAGE=forged\n'; printf '\377\n' >&2""");

        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        ILookup<string, string> entry = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Succeeded));
        Assert.Equal(["one\n\u001b[31mred\u001b[0m\0nul\nMESSAGE=forged"], entry["OCIHOOKS_STDOUT"]);
        Assert.Equal(["\ufffd"], entry["OCIHOOKS_STDERR"]);
        Assert.Equal(["2"], entry["OCIHOOKS_STDERR_BYTES"]);
        Assert.DoesNotContain("forged", Assert.Single(entry["MESSAGE"]), StringComparison.Ordinal);
    }

    private static string[] Arguments(ILookup<string, string> entry) =>
        JsonSerializer.Deserialize<string[]>(Assert.Single(entry["OCIHOOKS_ARGS"]))!;

    private void AssertFields(ILookup<string, string> entry, string ruleStage)
    {
        string stage = Assert.Single(entry["OCIHOOKS_STAGE"]);
        string rule = _bench.RulePath(ruleStage);
        Assert.Matches(
            $"^{stage} hook /bin/busybox \\({Regex.Escape(rule)}\\) of container c1 succeeded in \\d+ ms$",
            Assert.Single(entry["MESSAGE"]));
        Assert.Equal(["6"], entry["PRIORITY"]);
        Assert.Equal(["runc-wrap"], entry["SYSLOG_IDENTIFIER"]);
        Assert.Equal(["journal"], entry["_TRANSPORT"]);
        Assert.Equal([_bench.Bundle.Bundle], entry["OCIHOOKS_BUNDLE"]);
        Assert.Equal([rule], entry["OCIHOOKS_RULE"]);
        Assert.Equal(["/bin/busybox"], entry["OCIHOOKS_HOOK"]);
        Assert.Contains(ruleStage, Arguments(entry));
        Assert.InRange(int.Parse(Assert.Single(entry["OCIHOOKS_PID"]), CultureInfo.InvariantCulture), 2, int.MaxValue);
        Assert.InRange(Time(entry, "OCIHOOKS_START"), DateTimeOffset.UnixEpoch, Time(entry, "OCIHOOKS_END"));
        Assert.Matches("^\\d+(\\.\\d{1,3})?$", Assert.Single(entry["OCIHOOKS_DURATION_MS"]));
        Assert.Equal(["false"], entry["OCIHOOKS_TIMED_OUT"]);
        Assert.Equal(["0"], entry["OCIHOOKS_KILLED"]);
        Assert.Equal(["abort"], entry["OCIHOOKS_POLICY"]);
        Assert.Equal(["0"], entry["OCIHOOKS_EXIT_CODE"]);
        Assert.Equal([$"this is {ruleStage}"], entry["OCIHOOKS_STDOUT"]);
        Assert.Equal([(ruleStage.Length + 9).ToString(CultureInfo.InvariantCulture)], entry["OCIHOOKS_STDOUT_BYTES"]);
        Assert.Equal(["careful"], entry["OCIHOOKS_STDERR"]);
        Assert.Equal(["8"], entry["OCIHOOKS_STDERR_BYTES"]);
        Assert.Empty(entry["OCIHOOKS_SIGNAL"].Concat(entry["ERRNO"]));
    }

    private static DateTimeOffset Time(ILookup<string, string> entry, string field)
    {
        string text = Assert.Single(entry[field]);
        Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$", text);
        return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }
}
