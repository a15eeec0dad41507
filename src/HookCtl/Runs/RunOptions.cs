using System.CommandLine;
using System.Globalization;
using HookCtl.Output;

namespace HookCtl.Runs;

/// <summary>What the commands that read the log of hooks have in common.</summary>
internal static class RunOptions
{
    /// <summary><c>--since T</c></summary>
    internal static readonly Option<string?> Since = new("--since")
    {
        Description = "Only runs since then, as journalctl reads times; of a log file: "
            + "a date, a date and a time, today, yesterday, \"2h ago\" or -2h",
        HelpName = "T",
    };

    /// <summary>Says on standard error how much could not be understood, if anything.</summary>
    internal static void ReportSkippedLines(RunSource source)
    {
        if (source.SkippedLines > 0)
        {
            Screen.WriteError(string.Create(CultureInfo.InvariantCulture, $"{source.Name}: passed over {source.SkippedLines} broken record(s)"));
        }
    }
}
