using System.CommandLine;
using HookCtl.Output;
using HookEngine.Deciding.Lint;
using HookEngine.Model;
using Linux;
using Spectre.Console;

namespace HookCtl.Commands.Validate;

/// <summary><c>hookctl validate</c>: everything wrong with rule files, and what is hardly meant as it is.</summary>
internal static class ValidateCommand
{
    private static readonly Style s_error = new(Color.Red);
    private static readonly Style s_warning = new(Color.Yellow);

    private static readonly Argument<string[]> s_places = new("FILE|DIR")
    {
        Description = "Rule files, and directories of them (default: hooksDirs of the settings)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> s_strict = new("--strict") { Description = "Warnings are problems, too" };

    internal static Command Make()
    {
        var command = new Command("validate", "Check rule files, and say where they are wrong or hardly say what is meant")
        {
            s_places,
            s_strict,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        WrapperSettings settings = GlobalOptions.ReadSettings(line);
        string[] places = line.GetValue(s_places) ?? [];
        CheckedRules result = places.Length == 0
            ? RuleLint.CheckSettings(settings)
            : RuleLint.Check(places.Select(place => new FilePath(place)), settings);
        RuleProblem[] problems = [.. result.Diagnostics.Select(RuleProblem.Of)];
        int errors = problems.Count(problem => problem.IsError);
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(problems, ValidateJson.Default.RuleProblemArray);
        }
        else
        {
            Show(problems);
            int warnings = problems.Length - errors;
            Screen.WriteLine($"{Count(result.FileCount, "file")}, {Count(errors, "error")}, {Count(warnings, "warning")}");
        }

        return !result.AllRead ? ExitCode.Failed
            : errors > 0 || (line.GetValue(s_strict) && problems.Length > 0) ? ExitCode.Problems
            : ExitCode.Fine;
    }

    private static void Show(RuleProblem[] problems)
    {
        foreach (RuleProblem problem in problems)
        {
            Screen.WriteLine(
                (problem.Place + ": ", Style.Plain),
                (problem.Severity + ": ", problem.IsError ? s_error : s_warning),
                (problem.Field is null ? problem.Message : $"{problem.Field}: {problem.Message}", Style.Plain));
        }
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
