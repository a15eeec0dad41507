using System.CommandLine;
using System.Globalization;
using HookCtl.Output;
using HookCtl.Runs;
using Linux;
using Spectre.Console;

namespace HookCtl.Commands.Stats;

/// <summary><c>hookctl stats</c>: how often hooks ran and failed, and how long they took.</summary>
internal static class StatsCommand
{
    private const int BarWidth = 20;

    private static readonly Option<string?> s_prometheus = new("--prometheus")
    {
        Description = "Bring metrics for node_exporter's textfile collector up to date; FILE.state keeps what was counted. "
            + "With - for FILE, write what the log has now to standard output, and keep nothing",
        HelpName = "FILE",
    };

    internal static Command Make()
    {
        var command = new Command("stats", "Show how often each rule's hooks ran and failed, and how long they took")
        {
            RunOptions.Since, s_prometheus,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        RunSource source = RunSource.Of(GlobalOptions.ReadSettings(line).Log);
        var query = new RunQuery { Since = line.GetValue(RunOptions.Since) };
        string? prometheus = line.GetValue(s_prometheus);
        string? objection = prometheus is not null && (query.Since is not null || line.GetValue(GlobalOptions.Json))
            ? "--prometheus counts all runs into its file and shows nothing: leave out --since and --json"
            : source.Validate(query);
        if (objection is not null)
        {
            Screen.WriteError(objection);
            return ExitCode.Usage;
        }

        if (prometheus == "-")
        {
            Screen.WriteText(PrometheusText.Of(await RunTotals.None.WithAsync(source.ReadAsync(query, token), source)));
        }
        else if (prometheus is not null)
        {
            await MetricsFile.UpdateAsync(new FilePath(prometheus), source, token);
        }
        else
        {
            RunStatistics statistics = await ProgressLine.WhileAsync(
                $"reading {source.Name} ..", async () => RunStatistics.Of(await source.ReadAsync(query, token).ToListAsync(token), source));
            ShowStatistics(source, statistics, line.GetValue(GlobalOptions.Json));
        }

        RunOptions.ReportSkippedLines(source);
        return ExitCode.Fine;
    }

    private static void ShowStatistics(RunSource source, RunStatistics statistics, bool isJson)
    {
        if (isJson)
        {
            Screen.WriteJson(statistics, RunStatisticsJson.Default.RunStatistics);
        }
        else if (statistics.Hooks.Count == 0)
        {
            Screen.WriteLine($"{source.Name} has no such runs of hooks");
        }
        else
        {
            Screen.Write(Table(statistics.Hooks));
        }
    }

    private static Table Table(IReadOnlyList<HookStatistics> hooks)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Rule", "Stage");
        foreach (string number in (string[])["Runs", "Failures", "Timeouts", "Median ms", "95 % ms", "Max ms"])
        {
            table.AddColumn(new TableColumn(number).RightAligned());
        }

        table.AddColumn("Median");
        double longest = hooks.Max(hook => hook.MedianMs) ?? 0;
        foreach (HookStatistics hook in hooks)
        {
            table.AddRow(
                Screen.Cell(hook.Rule ?? "-"), Screen.Cell(hook.Stage ?? "-"),
                Number(hook.Runs), Failures(hook.Failures), Failures(hook.Timeouts),
                Duration(hook.MedianMs), Duration(hook.P95Ms), Duration(hook.MaxMs), Bar(hook.MedianMs ?? 0, longest));
        }

        return table;
    }

    private static Text Number(int number) => new(number.ToString(CultureInfo.InvariantCulture));

    private static Text Failures(int number) =>
        new(number.ToString(CultureInfo.InvariantCulture), number > 0 ? new Style(Color.Red) : Style.Plain);

    private static Text Duration(double? milliseconds) => new(milliseconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-");

    private static Text Bar(double value, double longest) =>
        new(new string('█', longest > 0 ? (int)Math.Ceiling(BarWidth * value / longest) : 0), new Style(Color.Blue));
}
