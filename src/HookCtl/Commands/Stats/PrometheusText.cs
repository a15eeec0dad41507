using System.Globalization;
using System.Text;
using HookCtl.Runs;

namespace HookCtl.Commands.Stats;

/// <summary>Totals in the text format of Prometheus, https://prometheus.io/docs/instrumenting/exposition_formats/.</summary>
internal static class PrometheusText
{
    private const string Runs = "ocihooks_hook_runs_total";
    private const string Duration = "ocihooks_hook_duration_seconds";

    private static readonly string[] s_outcomes = ["succeeded", "failed", "signaled", "timed_out", "not_started"];

    internal static string Of(RunTotals totals)
    {
        var text = new StringBuilder();
        text.Append($"# HELP {Runs} Runs of OCI hooks.\n# TYPE {Runs} counter\n");
        foreach (HookTotals hook in totals.Hooks)
        {
            foreach (HookOutcome outcome in Enum.GetValues<HookOutcome>())
            {
                Sample(text, Runs, $"{Labels(hook)},outcome=\"{s_outcomes[(int)outcome]}\"", hook.Outcomes[(int)outcome]);
            }
        }

        text.Append($"# HELP {Duration} How long OCI hooks ran.\n# TYPE {Duration} histogram\n");
        foreach (HookTotals hook in totals.Hooks)
        {
            AppendHistogram(text, hook);
        }

        return text.ToString();
    }

    private static void AppendHistogram(StringBuilder text, HookTotals hook)
    {
        long count = 0;
        for (int i = 0; i < hook.Buckets.Length; i++)
        {
            count += hook.Buckets[i];
            string bound = i < HookTotals.Bounds.Length ? HookTotals.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Sample(text, Duration + "_bucket", $"{Labels(hook)},le=\"{bound}\"", count);
        }

        Sample(text, Duration + "_sum", Labels(hook), Math.Round(hook.SumMs / 1000, 6));
        Sample(text, Duration + "_count", Labels(hook), count);
    }

    private static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n");

    private static string Labels(HookTotals hook) => $"rule=\"{Escape(hook.Rule)}\",stage=\"{Escape(hook.Stage)}\"";

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
