using System.Text.Json.Serialization;
using HookCtl.Runs;
using HookEngine.Model;

namespace HookCtl.Commands.Stats;

/// <summary>What <c>hookctl stats</c> tells.</summary>
/// <param name="Hooks">A rule's hook at a stage each, by their rules.</param>
/// <param name="SkippedLines">How many records of the log were broken.</param>
internal sealed record RunStatistics(IReadOnlyList<HookStatistics> Hooks, int SkippedLines)
{
    internal static RunStatistics Of(IEnumerable<HookRun> runs, RunSource source)
    {
        List<HookStatistics> hooks =
        [
            .. runs.GroupBy(run => (run.Rule, run.Stage))
                .OrderBy(group => group.Key.Rule, StringComparer.Ordinal)
                .ThenBy(group => StageOrder(group.Key.Stage))
                .Select(group => HookStatistics.Of(group.Key.Rule, group.Key.Stage, [.. group])),
        ];
        return new RunStatistics(hooks, source.SkippedLines);
    }

    private static int StageOrder(string? stage) => stage is not null && HookStages.Parse(stage) is { } known ? (int)known : int.MaxValue;
}

/// <summary>A rule's hook at a stage.</summary>
/// <param name="Rule">The rule's file; null for hooks of a command line.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Runs">How often it ran.</param>
/// <param name="Failures">How often it failed, its timeouts among them.</param>
/// <param name="Timeouts">How often it ran past its time.</param>
/// <param name="MedianMs">How long half of the runs took at most; null if none has a duration.</param>
/// <param name="P95Ms">How long 95 % of the runs took at most.</param>
/// <param name="MaxMs">How long the longest took.</param>
internal sealed record HookStatistics(
    string? Rule, string? Stage, int Runs, int Failures, int Timeouts, double? MedianMs, double? P95Ms, double? MaxMs)
{
    internal static HookStatistics Of(string? rule, string? stage, IReadOnlyList<HookRun> runs)
    {
        List<double> durations = [.. runs.Where(run => run.DurationMs is not null).Select(run => run.DurationMs!.Value).Order()];
        return new HookStatistics(
            rule, stage, runs.Count, runs.Count(run => run.HasFailed), runs.Count(run => run.Outcome == HookOutcome.TimedOut),
            Median(durations), Rank(durations, 0.95), Rank(durations, 1));
    }

    private static double? Median(List<double> sorted) => sorted.Count == 0 ? null
        : Math.Round((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, 3);

    private static double? Rank(List<double> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunStatistics))]
internal sealed partial class RunStatisticsJson : JsonSerializerContext;
