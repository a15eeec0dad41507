using HookCtl.Commands.Stats;
using HookCtl.Runs;
using HookEngine.Model;

namespace UnitTests.HookCtl.Commands.Stats;

public sealed class RunTotalsTests
{
    private static readonly RunSource s_source = new FileRuns("/no/such/log");

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 0)]
    [InlineData(5.001, 1)]
    [InlineData(60_000, 12)]
    [InlineData(60_001, 13)]
    public async Task A_run_is_counted_in_the_bucket_of_the_bound_that_it_reaches(double milliseconds, int bucket)
    {
        HookTotals hook = Assert.Single((await CountAsync(RunTotals.None, [Run(milliseconds)])).Hooks);

        Assert.Equal(1, hook.Buckets[bucket]);
        Assert.Equal(1, hook.Buckets.Sum());
        Assert.Equal(milliseconds, hook.SumMs);
    }

    [Fact]
    public async Task Counts_go_on_from_those_before()
    {
        RunTotals first = await CountAsync(RunTotals.None, [Run(1), Run(2) with { Outcome = HookOutcome.TimedOut }]);

        RunTotals second = await CountAsync(first, [Run(3), Run(4) with { Rule = null }]);

        Assert.Equal(["", "/a.json"], second.Hooks.Select(hook => hook.Rule));
        HookTotals hook = second.Hooks[1];
        Assert.Equal((2, 1, 3), (hook.Outcomes[(int)HookOutcome.Succeeded], hook.Outcomes[(int)HookOutcome.TimedOut], hook.Buckets[0]));
        Assert.Equal(6, hook.SumMs);
        Assert.True(second.IsSound);
    }

    [Fact]
    public void Counts_that_cannot_be_are_not_sound()
    {
        HookTotals good = HookTotals.None("/a.json", "poststop");
        Assert.True(Totals(good).IsSound);
        Assert.False(Totals(good, good).IsSound);
        Assert.False(Totals(good with { Buckets = [1] }).IsSound);
        Assert.False(Totals(good with { Outcomes = [.. good.Outcomes.Select(_ => -1L)] }).IsSound);
        Assert.False((Totals(good) with { Version = RunTotals.CurrentVersion + 1 }).IsSound);
        Assert.False((Totals(good) with { Position = new RunPosition("f", default, null, 1, -1) }).IsSound);
    }

    private static Task<RunTotals> CountAsync(RunTotals before, params HookRun[] runs) =>
        before.WithAsync(runs.ToAsyncEnumerable(), s_source);

    private static RunTotals Totals(params List<HookTotals> hooks) => new(RunTotals.CurrentVersion, null, hooks);

    private static HookRun Run(double milliseconds) =>
        new(DateTimeOffset.UnixEpoch, "createRuntime", "/bin/true", "/a.json", "c1", HookOutcome.Succeeded) { DurationMs = milliseconds };
}
