using System.CommandLine;
using System.Globalization;
using HookCtl.Output;
using HookCtl.Runs;
using Spectre.Console;

namespace HookCtl.Commands.Log;

/// <summary><c>hookctl log</c>: the runs of hooks, one after the other.</summary>
internal static class LogCommand
{
    private static readonly Argument<string?> s_container = new("CONTAINER")
    {
        Description = "Only those of the container with this ID, or whose ID begins so",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_rule = new("--rule")
    {
        Description = "Only those of this rule, by its path or file name",
        HelpName = "R",
    };

    private static readonly Option<bool> s_failed = new("--failed") { Description = "Only those that failed or ran past their time" };

    private static readonly Option<bool> s_follow = new("--follow", "-f")
    {
        Description = "Show the last ten of all, then new ones as they come",
    };

    internal static Command Make()
    {
        var command = new Command("log", "Show what hooks did, and the last lines of those that failed")
        {
            s_container, s_rule, s_failed, RunOptions.Since, s_follow,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken token)
    {
        RunSource source = RunSource.Of(GlobalOptions.ReadSettings(line).Log);
        var query = new RunQuery
        {
            Since = line.GetValue(RunOptions.Since),
            OnlyFailed = line.GetValue(s_failed),
            Follow = line.GetValue(s_follow),
        };
        if (source.Validate(query) is { } objection)
        {
            Screen.WriteError(objection);
            return ExitCode.Usage;
        }

        Screen.EndWithReader();
        bool isJson = line.GetValue(GlobalOptions.Json);
        bool isEmpty = true;
        await foreach (HookRun run in source.ReadAsync(query, token))
        {
            if (!IsWanted(run, line.GetValue(s_container), line.GetValue(s_rule)))
            {
                continue;
            }

            isEmpty = false;
            Show(run, isJson);
        }

        if (isEmpty && !isJson)
        {
            Screen.WriteLine($"{source.Name} has no such runs of hooks");
        }

        RunOptions.ReportSkippedLines(source);
        return ExitCode.Fine;
    }

    private static bool IsWanted(HookRun run, string? container, string? rule) =>
        (container is null || run.Container?.StartsWith(container, StringComparison.Ordinal) == true)
        && (rule is null || run.Rule == rule || (run.Rule is { } file && Path.GetFileName(file) == rule));

    private static void Show(HookRun run, bool isJson)
    {
        if (isJson)
        {
            Screen.WriteJsonLine(run, HookRunJson.Default.HookRun);
            return;
        }

        // What varies in length comes last: there is no table to fit while there is more to come.
        string duration = run.DurationMs is { } milliseconds
            ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms")
            : "-";
        string start = string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {run.Stage ?? "-",-15}  {run.ShortContainer,-12}  ");
        Screen.WriteLine(
            (start, Style.Plain),
            ($"{run.OutcomeText,-9}", run.HasFailed ? new Style(Color.Red) : Style.Plain),
            ($"  {duration,12}  {run.Hook ?? "-"} ({run.Rule ?? "no rule"})", Style.Plain));
        if (run.HasFailed && run.Stderr is { } stderr)
        {
            foreach (string text in stderr.TrimEnd('\n').Split('\n'))
            {
                Screen.WriteLine("    " + text);
            }
        }
    }
}
