using System.Globalization;
using HookCtl.Commands.Bundle;
using HookCtl.Commands.List;
using HookCtl.Output;
using Spectre.Console;

namespace HookCtl.Commands.Explain;

/// <summary>Shows an explanation to people.</summary>
internal static class ExplanationView
{
    internal static void Show(Explanation explanation)
    {
        Screen.WriteLine(explanation.Container is { } container ? $"{container}: {explanation.Config}" : explanation.Config);
        ShowRules(explanation);
        if (explanation.Refused is { } reason)
        {
            Screen.WriteLine($"a create would be refused: {reason}");
        }
        else
        {
            ShowHooks(explanation.Hooks);
            ShowEdits(explanation.Edits);
        }

        ShowNotes(explanation);
        if (explanation.Diff is { } diff)
        {
            foreach (string line in (diff.Length == 0 ? "config.json would stay as it is" : diff.TrimEnd('\n')).Split('\n'))
            {
                Screen.WriteLine(line);
            }
        }
    }

    private static void ShowRules(Explanation explanation)
    {
        if (explanation.Rules.Count + explanation.Unused.Count + explanation.Problems.Count == 0)
        {
            Screen.WriteLine("no rules are in effect");
            return;
        }

        var tree = new Tree(new Text("rules"));
        foreach (ExplainedRule rule in explanation.Rules)
        {
            TreeNode node = tree.AddNode(Screen.Cell($"{rule.File}: {Outcome(rule)}"));
            foreach (ExplainedCondition condition in rule.Conditions)
            {
                node.AddNode(Screen.Cell(Words(condition)));
            }
        }

        foreach (UnusedRule rule in explanation.Unused)
        {
            tree.AddNode(Screen.Cell($"{rule.File}: not used: {rule.Reason}"));
        }

        foreach (string problem in explanation.Problems)
        {
            tree.AddNode(Screen.Cell($"broken: {problem}"));
        }

        Screen.Write(tree);
    }

    private static string Outcome(ExplainedRule rule) => rule switch
    {
        { Matched: true, Error: { } error } => $"matches, but {error}",
        { Error: { } error } => $"cannot be decided: {error}",
        { Conditions.Count: 0 } => "does not match: it has no condition",
        { Matched: true } => "matches",
        { AnySuffices: true } => "does not match: one condition would be enough",
        _ => "does not match",
    };

    private static string Words(ExplainedCondition condition)
    {
        string held = condition switch
        {
            { Unknown: not null } => "cannot be told",
            { Holds: null } => "not looked at",
            { Holds: true } => "holds",
            _ => "does not hold",
        };
        string against = condition switch
        {
            { Unknown: { } reason, Found: { } known } => $", held against {known} and what is unknown: {reason}",
            { Unknown: { } reason } => $": {reason}",
            { NotProvidedBy: { } engine } => $", held against nothing: {engine} does not tell it",
            { Found: { } found } => $", held against {found}",
            { Holds: false, Field: not "when.always" } => ", held against nothing",
            _ => "",
        };
        return $"{condition.Field}: {condition.Wanted}: {held}{against}";
    }

    private static void ShowHooks(IReadOnlyList<ExplainedHook> hooks)
    {
        if (hooks.Count == 0)
        {
            Screen.WriteLine("no hooks");
            return;
        }

        var tree = new Tree(new Text("hooks"));
        foreach (IGrouping<string, ExplainedHook> stage in hooks.GroupBy(hook => hook.Stage))
        {
            TreeNode node = tree.AddNode(Screen.Cell(stage.Key));
            foreach (ExplainedHook hook in stage)
            {
                TreeNode line = node.AddNode(Screen.Cell(Words(hook)));
                foreach (string variable in hook.Rule is null ? [] : hook.Env)
                {
                    line.AddNode(Screen.Cell($"with {variable}"));
                }
            }
        }

        Screen.Write(tree);
    }

    private static void ShowEdits(IReadOnlyList<EditReport> edits)
    {
        if (edits.Count == 0)
        {
            return;
        }

        var tree = new Tree(new Text("edits"));
        foreach (EditReport edit in edits)
        {
            tree.AddNode(Screen.Cell(edit.Line));
        }

        Screen.Write(tree);
    }

    private static string Words(ExplainedHook hook)
    {
        string program = hook.Args is [var name, ..] && name != hook.Path && name != Path.GetFileName(hook.Path)
            ? $"{hook.Path} as {name}"
            : hook.Path;
        string command = string.Join(' ', hook.Args.Skip(1).Prepend(program));
        string limit = hook.Timeout is { } timeout
            ? string.Create(CultureInfo.InvariantCulture, $"at most {timeout} s")
            : "no limit of time";
        return hook.Rule is null
            ? $"{command} (in config.json already, {limit})"
            : $"{command} (by {hook.Rule}, {(hook.Supervisor is { } wrapper ? $"supervised by {wrapper}" : "not supervised")}, {limit}"
                + (hook.OnFailure == "continue" ? ", may fail)" : ")");
    }

    private static void ShowNotes(Explanation explanation)
    {
        foreach (string warning in explanation.Warnings)
        {
            Screen.WriteLine($"warning: {warning}");
        }

        if (explanation.Injected)
        {
            Screen.WriteLine(
                explanation.UpToDate is null
                    ? "the hooks of an earlier create are in config.json"
                    : explanation.UpToDate == true
                    ? "the hooks of an earlier create are in config.json: the same"
                    : "the hooks of an earlier create are in config.json: others than the rules and settings would give now");
        }

        if (explanation.UpToDate is null && explanation.Refused is null)
        {
            Screen.WriteLine("precreate programs are run at a create only; what they change is not shown");
        }

        if (explanation.Unrecorded)
        {
            Screen.WriteLine("config.json has supervised hooks that no record tells of; they count as the engine's own");
        }
    }
}
