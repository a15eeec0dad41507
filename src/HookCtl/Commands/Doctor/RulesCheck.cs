using System.Globalization;
using HookEngine.Deciding.Lint;
using HookEngine.Model;

namespace HookCtl.Commands.Doctor;

/// <summary>The rules can be used, and their hooks are there and can be trusted: what <c>hookctl validate</c> says.</summary>
internal static class RulesCheck
{
    private const string Name = "rules";

    internal static IEnumerable<Finding> Run(Machine machine)
    {
        CheckedRules rules = RuleLint.CheckSettings(machine.Settings);
        string places = string.Join(", ", machine.Settings.HooksDirs);
        if (rules.Diagnostics.Count == 0)
        {
            return
            [
                rules.FileCount == 0
                    ? Finding.Note(Name, $"there are no rules in {places}, so no container gets hooks", "add rules, ocihooks-hooks.d(5)")
                    : Finding.Ok(
                        Name, string.Create(CultureInfo.InvariantCulture, $"all rules can be used: {rules.FileCount} in {places}")),
            ];
        }

        return rules.Diagnostics.Select(found => Finding.Of(
            Name, found.Severity == Severity.Error ? FindingSeverity.Problem : FindingSeverity.Warning, found.ToString()));
    }
}
