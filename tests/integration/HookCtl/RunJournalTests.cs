using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl log</c> and <c>hookctl stats</c> of a real journal with runs of real hooks.</summary>
[Trait("Needs", "root")]
public sealed class RunJournalTests : IAsyncLifetime
{
    private JournalBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await JournalBench.MakeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private string Metrics => _bench.Bundle.PathTo("ocihooks.prom");

    [Fact]
    public async Task A_containers_hooks_are_shown_with_what_the_failed_one_said()
    {
        _bench.WriteRule("createRuntime", "cat >/dev/null; sleep 0.1");
        _bench.WriteRule("poststop", "cat >/dev/null; echo no network >&2; exit 3");
        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        string[] lines = await LogAsync();

        Assert.Equal(3, lines.Length);
        Assert.Matches(
            @"^[-\d]+ [:\d]+  createRuntime    c1            ok         +[1-9]\d{2,}\.\d ms  /bin/busybox "
                + $@"\({Regex.Escape(_bench.RulePath("createRuntime"))}\)$", lines[0]);
        Assert.Matches(@"  poststop         c1            exit 3 ", lines[1]);
        Assert.Equal("    no network", lines[2]);
        Assert.Equal(lines[1..], await LogAsync("--failed"));
        Assert.Equal(lines[..1], await LogAsync("c", "--rule", Path.GetFileName(_bench.RulePath("createRuntime")), "--since", "-1h"));
        Assert.Equal(["the journal has no such runs of hooks"], await LogAsync("--since", "tomorrow"));
        Assert.Equal(["the journal has no such runs of hooks"], await LogAsync("c2"));
    }

    /// <summary>Every user may send the journal an event that looks like a run. The kernel adds the sender.</summary>
    [Fact]
    public async Task What_others_send_is_no_run()
    {
        _ = await _bench.SuperviseAsync("exit 3");
        _ = (await _bench.Bundle.RunAsync(
            "sh", "-c", "printf '%s\\n' \"$@\" | setpriv --reuid=65534 --regid=65534 --clear-groups logger --journald", "sh",
            "SYSLOG_IDENTIFIER=runc-wrap", $"MESSAGE_ID={JournalBench.Failed}", "PRIORITY=3", "MESSAGE=forged", "CONTAINER_ID=forged",
            "OCIHOOKS_RULE=/forged.json", "OCIHOOKS_STAGE=poststop", "OCIHOOKS_HOOK=/forged", "OCIHOOKS_EXIT_CODE=1")).EnsureSuccess();
        IReadOnlyList<ILookup<string, string>> entries = await _bench.Journal.EntriesAsync(JournalBench.Failed);
        Assert.Equal(["/forged.json", "/rule.json"], entries.SelectMany(entry => entry["OCIHOOKS_RULE"]).Order());

        Assert.DoesNotContain("forged", string.Concat(await LogAsync()), StringComparison.Ordinal);
        Assert.Contains("/rule.json", string.Concat(await LogAsync()), StringComparison.Ordinal);
        Assert.DoesNotContain("forged", (await _bench.Bundle.RunAsync(HookCtl("stats"))).EnsureSuccess().OutputText, StringComparison.Ordinal);
        _ = (await _bench.Bundle.RunAsync(HookCtl("stats", "--prometheus", Metrics))).EnsureSuccess();
        Assert.DoesNotContain("forged", File.ReadAllText(Metrics), StringComparison.Ordinal);
    }

    /// <summary>The alert passes a message to a command that root runs.</summary>
    [Fact]
    public void No_document_says_to_take_what_others_send()
    {
        IEnumerable<string> lines = Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/out/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains("journalctl -t", StringComparison.Ordinal) || line.Contains("MESSAGE_ID=", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.Contains("journalctl", StringComparison.Ordinal)), line => Assert.Contains("_UID=0", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_journalctl_does_not_understand_is_told()
    {
        CommandResult result = await _bench.Bundle.RunAsync(HookCtl("log", "--since", "someday"));

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("journalctl ended with exit code 1: Failed to parse timestamp: someday", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_are_shown_as_they_come_until_nobody_wants_them()
    {
        _ = await _bench.SuperviseAsync("exit 1");
        string output = _bench.Bundle.PathTo("followed");
        Task<CommandResult> following = _bench.Bundle.RunAsync(
            [
                "sh", "-c", "\"$@\" & echo $! >\"$0.pid\"; wait $!; echo $?", output,
                "sh", "-c", "exec \"$@\" >\"$0\"", output, .. HookCtl("log", "-f", "--json"),
            ]);
        Eventually.Equal(1, () => Lines(output));

        _ = await _bench.SuperviseAsync("exit 2");
        Eventually.Equal(2, () => Lines(output));
        _ = await _bench.SuperviseAsync("exit 3");
        Eventually.Equal(3, () => Lines(output));

        _ = (await _bench.Bundle.RunAsync("sh", "-c", "kill -TERM $(cat \"$0.pid\")", output)).EnsureSuccess();
        Assert.Equal("143\n", (await following).OutputText);
        Assert.Equal([1, 2, 3], File.ReadAllLines(output).Select(line => (int)JsonNode.Parse(line)!["exitCode"]!));
        await Eventually.TrueAsync(
            async () => (await _bench.Bundle.RunAsync("sh", "-c", "! grep -sqx journalctl /proc/[0-9]*/comm")).ExitCode == 0,
            "journalctl has ended with it");
    }

    [Fact]
    public async Task Following_ends_with_its_reader()
    {
        _ = await _bench.SuperviseAsync("exit 0");
        _ = await _bench.SuperviseAsync("exit 0");

        CommandResult result = await _bench.Bundle.RunAsync(
            ["sh", "-c", "\"$@\" | { read -r line; echo \"$line\"; }", "sh", .. HookCtl("log", "-f")]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  ok ", result.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_go_on_when_the_journal_has_forgotten_what_was_counted()
    {
        await AssertCountedAsync(1);
        await AssertCountedAsync(2);

        // The journal loses its entries between two calls, with one run before and some after.
        _ = (await _bench.Bundle.RunAsync("journalctl", "--rotate", "--vacuum-size=1")).EnsureSuccess();
        Assert.Empty(await _bench.Journal.EntriesAsync());
        await AssertMetricsAsync(2);
        await AssertCountedAsync(3);
        _ = (await _bench.Bundle.RunAsync("journalctl", "--rotate", "--vacuum-size=1")).EnsureSuccess();
        _ = await _bench.SuperviseAsync("exit 3");
        await AssertCountedAsync(5);
        await AssertMetricsAsync(5);

        JsonNode statistics = JsonNode.Parse((await _bench.Bundle.RunAsync(HookCtl("stats", "--json"))).EnsureSuccess().OutputText)!;
        Assert.Equal(2, (int)statistics["hooks"]![0]!["failures"]!);
    }

    [Fact]
    public async Task A_journal_that_was_only_rotated_has_nothing_new()
    {
        await AssertCountedAsync(1);
        _ = (await _bench.Bundle.RunAsync("journalctl", "--rotate")).EnsureSuccess();
        await AssertMetricsAsync(1);
        await AssertCountedAsync(2);
    }

    [Fact]
    public async Task A_cursor_that_is_none_is_no_reason_to_count_anew()
    {
        await AssertCountedAsync(1);
        string state = Metrics + ".state";
        JsonNode totals = JsonNode.Parse(File.ReadAllText(state))!;
        totals["position"]!["cursor"] = "nonsense";
        File.WriteAllText(state, totals.ToJsonString());

        CommandResult result = await _bench.Bundle.RunAsync(HookCtl("stats", "--prometheus", Metrics));

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("Failed to seek to cursor", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(totals.ToJsonString(), File.ReadAllText(state));
    }

    private static int Lines(string file) => File.Exists(file) ? File.ReadAllText(file).Count(letter => letter == '\n') : 0;

    private string[] HookCtl(params string[] arguments) => [Repository.HookCtl, .. arguments, "--config", _bench.Bundle.PathTo("settings.json")];

    private async Task<string[]> LogAsync(params string[] options)
    {
        _ = await _bench.Journal.EntriesAsync();
        return (await _bench.Bundle.RunAsync(HookCtl(["log", .. options]))).EnsureSuccess().OutputText.TrimEnd('\n').Split('\n');
    }

    /// <summary>Runs a hook that fails, and asserts that the metrics count it.</summary>
    private async Task AssertCountedAsync(int count)
    {
        _ = await _bench.SuperviseAsync("exit 3");
        _ = await _bench.Journal.EntriesAsync();
        await AssertMetricsAsync(count);
    }

    private async Task AssertMetricsAsync(int count)
    {
        _ = (await _bench.Bundle.RunAsync(HookCtl("stats", "--prometheus", Metrics))).EnsureSuccess();
        Assert.Contains(
            FormattableString.Invariant($"rule=\"/rule.json\",stage=\"createRuntime\",outcome=\"failed\"}} {count}\n"),
            File.ReadAllText(Metrics), StringComparison.Ordinal);
    }
}
