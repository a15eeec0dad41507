using System.CommandLine;
using HookCtl.Output;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Spectre.Console;

namespace HookCtl.Commands.List;

/// <summary><c>hookctl list</c>: the rules in effect, in the order in which they inject.</summary>
internal static class ListCommand
{
    internal static Command Make()
    {
        var command = new Command("list", "Show the rules in effect in the order in which they inject, and what is not used");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult line)
    {
        WrapperSettings settings = GlobalOptions.ReadSettings(line);
        RuleSet rules = RuleSet.Load(settings.HooksDirs, settings.OnMissingHook, settings.Trust).WithAllNamespaces();
        RuleList list = RuleList.Of(rules);
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(list, ListJson.Default.RuleList);
        }
        else
        {
            Show(list);
        }

        return rules.HasErrors ? ExitCode.Problems : ExitCode.Fine;
    }

    private static void Show(RuleList list)
    {
        if (list.Rules.Count > 0)
        {
            Table table = new Table().Border(TableBorder.Simple).AddColumns("Rule", "Stages", "When", "Hook", "Timeout");
            foreach (ListedRule rule in list.Rules)
            {
                table.AddRow(
                    Screen.Cell(rule.File),
                    Screen.Cell(rule.Stages),
                    Screen.Cell(rule.When),
                    Screen.Cell([.. rule.Hook is null ? Array.Empty<string>() : [rule.Hook], .. rule.PolicyWords(), .. rule.Edits]),
                    Screen.Cell(rule.Timeout is { } seconds ? $"{seconds} s" : "-"));
            }

            Screen.Write(table);
        }
        else
        {
            Screen.WriteLine("no rules are in effect");
        }

        foreach (UnusedRule rule in list.Unused)
        {
            Screen.WriteLine($"not used: {rule.File}: {rule.Reason}");
        }

        foreach (string problem in list.Problems)
        {
            Screen.WriteLine($"broken: {problem}");
        }

        foreach (string warning in list.Warnings)
        {
            Screen.WriteLine($"warning: {warning}");
        }
    }
}
