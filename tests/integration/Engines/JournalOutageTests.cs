using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// A journal that does not take events any more: neither containers nor hooks wait for it, and the events are told elsewhere.
/// </summary>
[Trait("Needs", "root")]
public sealed class JournalOutageTests : IDisposable
{
    private readonly JournalBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public void The_file_has_the_events_all_the_same(string outage)
    {
        _bench.Bundle.Set("log", new JsonObject { ["file"] = _bench.LogFile });
        foreach (string stage in JournalBench.SupervisedStages)
        {
            _bench.WriteRule(stage, "cat >/dev/null; echo here");
        }

        Break(outage);
        _ = _bench.RunContainer().EnsureSuccess();

        IReadOnlyList<JsonNode> events = _bench.FileEvents;
        Assert.Equal(JournalBench.Injected, (string?)events[0]["messageId"]);
        Assert.Equal(JournalBench.RunStages, events.Skip(1).Select(one => (string)one["ocihooksStage"]!));
        Assert.All(events.Skip(1), one => Assert.Equal("here", (string?)one["ocihooksStdout"]));
    }

    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public void A_failure_reaches_the_one_who_called_the_runtime_and_once_only(string outage)
    {
        File.WriteAllText(_bench.RulePath("createRuntime"), HookLog.Rule(HookLog.FailingHook(3), "createRuntime"));

        Break(outage);
        CommandResult result = _bench.RunContainer();

        Assert.NotEqual(0, result.ExitCode);
        string told = $"runc-wrap: createRuntime hook /bin/busybox ({_bench.RulePath("createRuntime")}) of container c1 failed";
        Assert.Equal(2, result.ErrorText.Split(told).Length);
    }

    /// <summary>The runtime throws away what a hook writes that succeeds; this is the supervisor by itself.</summary>
    [Theory]
    [InlineData("hung")]
    [InlineData("killed")]
    public void Without_a_file_standard_error_has_the_event(string outage)
    {
        CommandResult told = _bench.Supervise("cat; echo done");
        Assert.Equal("", told.ErrorText);
        _ = Assert.Single(_bench.Journal.Entries(JournalBench.Succeeded));

        Break(outage);
        CommandResult result = _bench.Supervise("cat; echo done");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("done\n", result.OutputText, StringComparison.Ordinal);
        Assert.Matches(
            @"\Arunc-wrap: createRuntime hook /bin/busybox \(/rule\.json\) of container by-hand succeeded in \d+ ms\n\z",
            result.ErrorText);
    }

    private void Break(string outage)
    {
        if (outage == "hung")
        {
            _bench.Journal.Hang();
        }
        else
        {
            _bench.Journal.Kill();
        }
    }
}
