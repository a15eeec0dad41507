using HookCtl.Commands.Stats;
using HookCtl.Runs;

namespace UnitTests.HookCtl.Commands.Stats;

public sealed class RunStatisticsTests
{
    private static readonly RunSource s_source = new FileRuns("/no/such/log");

    [Theory]
    [InlineData(new[] { 7.0 }, 7.0, 7.0, 7.0)]
    [InlineData(new[] { 4.0, 1.0, 2.0, 3.0 }, 2.5, 4.0, 4.0)]
    [InlineData(new[] { 30.0, 10.0, 20.0 }, 20.0, 30.0, 30.0)]
    public void The_median_is_the_middle_and_the_95th_percentile_a_run_that_was(double[] durations, double median, double p95, double max)
    {
        HookStatistics hook = Assert.Single(RunStatistics.Of([.. durations.Select(Run)], s_source).Hooks);

        Assert.Equal((median, p95, max), (hook.MedianMs, hook.P95Ms, hook.MaxMs));
    }

    [Fact]
    public void Of_a_hundred_runs_five_may_take_longer_than_the_95th_percentile() =>
        Assert.Equal(95, RunStatistics.Of([.. Enumerable.Range(1, 100).Reverse().Select(i => Run(i))], s_source).Hooks[0].P95Ms);

    [Fact]
    public void Runs_that_never_started_have_no_duration_and_count_as_failures()
    {
        HookRun[] runs = [Run(null) with { Outcome = HookOutcome.NotStarted }, Run(null) with { Outcome = HookOutcome.TimedOut }];

        HookStatistics hook = Assert.Single(RunStatistics.Of(runs, s_source).Hooks);

        Assert.Equal((2, 2, 1), (hook.Runs, hook.Failures, hook.Timeouts));
        Assert.Equal((null, null, null), ((double?, double?, double?))(hook.MedianMs, hook.P95Ms, hook.MaxMs));
    }

    [Fact]
    public void Stages_of_a_rule_stand_in_the_order_of_a_containers_life()
    {
        string[] stages = ["poststop", "poststart", "createContainer", "createRuntime"];

        IReadOnlyList<HookStatistics> hooks = RunStatistics.Of([.. stages.Select(stage => Run(1) with { Stage = stage })], s_source).Hooks;

        Assert.Equal(["createRuntime", "createContainer", "poststart", "poststop"], hooks.Select(hook => hook.Stage));
    }

    private static HookRun Run(double milliseconds) => Run((double?)milliseconds);

    private static HookRun Run(double? milliseconds) =>
        new(DateTimeOffset.UnixEpoch, "createRuntime", "/bin/true", "/a.json", "c1", HookOutcome.Succeeded) { DurationMs = milliseconds };
}
