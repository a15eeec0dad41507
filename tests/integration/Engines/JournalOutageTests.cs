using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests a journal that accepts no more events. Neither containers nor hooks wait for it, and the events are written elsewhere.
/// </summary>
[Trait("Needs", "root")]
public sealed class JournalOutageTests : IAsyncLifetime
{
    private JournalBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await JournalBench.MakeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public async Task The_file_has_the_events_all_the_same(string outage)
    {
        _bench.Bundle.Set("log", new JsonObject { ["file"] = _bench.LogFile });
        foreach (string stage in JournalBench.SupervisedStages)
        {
            _bench.WriteRule(stage, "cat >/dev/null; echo here");
        }

        await BreakAsync(outage);
        _ = (await _bench.RunContainerAsync()).EnsureSuccess();

        IReadOnlyList<JsonNode> events = _bench.FileEvents;
        Assert.Equal(JournalBench.Injected, (string?)events[0]["messageId"]);
        Assert.Equal(JournalBench.RunStages, events.Skip(1).Select(one => (string)one["ocihooksStage"]!));
        Assert.All(events.Skip(1), one => Assert.Equal("here", (string?)one["ocihooksStdout"]));
    }

    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public async Task A_failure_reaches_the_one_who_called_the_runtime_and_once_only(string outage)
    {
        File.WriteAllText(_bench.RulePath("createRuntime"), HookLog.Rule(HookLog.FailingHook(3), "createRuntime"));

        await BreakAsync(outage);
        CommandResult result = await _bench.RunContainerAsync();

        Assert.NotEqual(0, result.ExitCode);
        string told = $"runc-wrap: createRuntime hook /bin/busybox ({_bench.RulePath("createRuntime")}) of container c1 failed";
        Assert.Equal(2, result.ErrorText.Split(told).Length);
    }

    /// <summary>Runs the supervisor alone, because the runtime discards the output of a hook that succeeds.</summary>
    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public async Task Without_a_file_standard_error_has_the_event(string outage)
    {
        CommandResult told = await _bench.SuperviseAsync("cat; echo done");
        Assert.Equal("", told.ErrorText);
        _ = Assert.Single(await _bench.Journal.EntriesAsync(JournalBench.Succeeded));

        await BreakAsync(outage);
        CommandResult result = await _bench.SuperviseAsync("cat; echo done");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("done\n", result.OutputText, StringComparison.Ordinal);
        Assert.Matches(
            @"\Arunc-wrap: createRuntime hook /bin/busybox \(/rule\.json\) of container by-hand succeeded in \d+ ms\n\z",
            result.ErrorText);
    }

    private async Task BreakAsync(string outage)
    {
        if (outage == "hung")
        {
            await _bench.Journal.HangAsync();
        }
        else
        {
            await _bench.Journal.KillAsync();
        }
    }
}
