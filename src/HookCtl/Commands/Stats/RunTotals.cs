using System.Text.Json.Serialization;
using HookCtl.Runs;

namespace HookCtl.Commands.Stats;

/// <summary>What has been counted so far, and up to where: what a journal forgets stays counted.</summary>
/// <param name="Version">Of this format: <see cref="CurrentVersion"/>.</param>
/// <param name="Position">How far the log was read; null if there was nothing.</param>
/// <param name="Hooks">The counts.</param>
internal sealed record RunTotals(int Version, RunPosition? Position, List<HookTotals> Hooks)
{
    internal const int CurrentVersion = 1;

    internal static RunTotals None => new(CurrentVersion, null, []);

    /// <summary>Whether these can be counts at all.</summary>
    [JsonIgnore]
    internal bool IsSound => Version == CurrentVersion
        && Position is not { Offset: < 0 }
        && Hooks.TrueForAll(hook => hook is { IsSound: true })
        && Hooks.DistinctBy(hook => (hook.Rule, hook.Stage)).Count() == Hooks.Count;

    /// <summary>The totals with more runs counted.</summary>
    internal async Task<RunTotals> WithAsync(IAsyncEnumerable<HookRun> runs, RunSource source)
    {
        Dictionary<(string, string), HookTotals> hooks = Hooks.ToDictionary(hook => (hook.Rule, hook.Stage));
        await foreach (HookRun run in runs)
        {
            (string Rule, string Stage) key = (run.Rule ?? "", run.Stage ?? "");
            if (!hooks.TryGetValue(key, out HookTotals? totals))
            {
                hooks[key] = totals = HookTotals.None(key.Rule, key.Stage);
            }

            totals.Count(run);
        }

        return new RunTotals(
            CurrentVersion, source.Position,
            [.. hooks.Values.OrderBy(hook => hook.Rule, StringComparer.Ordinal).ThenBy(hook => hook.Stage, StringComparer.Ordinal)]);
    }
}

/// <summary>The counts of a rule's hook at a stage.</summary>
/// <param name="Rule">The rule's file; empty for hooks of a command line.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Outcomes">How often it ended how, by <see cref="HookOutcome"/>.</param>
/// <param name="Buckets">How many runs took up to each of <see cref="Bounds"/> from the one before, and how many longer.</param>
internal sealed record HookTotals(string Rule, string Stage, long[] Outcomes, long[] Buckets)
{
    /// <summary>The bounds of the histogram, in seconds.</summary>
    internal static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>How long all took together.</summary>
    public double SumMs { get; set; }

    [JsonIgnore]
    internal bool IsSound => Rule is not null
        && Stage is not null
        && Outcomes?.Length == Enum.GetValues<HookOutcome>().Length
        && Buckets?.Length == Bounds.Length + 1
        && Array.TrueForAll([.. Outcomes, .. Buckets], count => count >= 0)
        && SumMs >= 0;

    internal static HookTotals None(string rule, string stage) =>
        new(rule, stage, new long[Enum.GetValues<HookOutcome>().Length], new long[Bounds.Length + 1]);

    internal void Count(HookRun run)
    {
        Outcomes[(int)run.Outcome]++;
        if (run.DurationMs is { } milliseconds)
        {
            int bound = Array.FindIndex(Bounds, seconds => milliseconds <= seconds * 1000);
            Buckets[bound < 0 ? Bounds.Length : bound]++;
            SumMs = Math.Round(SumMs + milliseconds, 3);
        }
    }
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunTotals))]
internal sealed partial class RunTotalsJson : JsonSerializerContext;
