using System.Globalization;

namespace HookCtl.Commands.Doctor;

/// <summary>Tells what several checks found by the same cause, such as a directory that everybody can write to, once.</summary>
internal static class FindingCauses
{
    private const string BeforeCause = ": ";

    /// <summary>The findings, those of a cause in the place of the first of them.</summary>
    internal static IReadOnlyList<Finding> Merge(IEnumerable<Finding> findings)
    {
        var groups = new List<List<Finding>>();
        var groupsOfCauses = new Dictionary<(FindingSeverity Severity, string Text, string Advice), List<Finding>>();
        foreach (Finding finding in findings)
        {
            if (Cause(finding) is not { } cause)
            {
                groups.Add([finding]);
            }
            else if (groupsOfCauses.TryGetValue(cause, out List<Finding>? group))
            {
                group.Add(finding);
            }
            else
            {
                groupsOfCauses[cause] = [finding];
                groups.Add(groupsOfCauses[cause]);
            }
        }

        return [.. groups.Select(Merged)];
    }

    private static Finding Merged(List<Finding> group)
    {
        Finding first = group[0];
        if (group.Count == 1)
        {
            return first;
        }

        IEnumerable<string> others = group.Skip(1).GroupBy(finding => finding.Check)
            .Select(check => string.Create(CultureInfo.InvariantCulture, $"{check.Count()} of {check.Key}"));
        return first with { Text = $"{first.Text}; the same cause has {string.Join(", ", others)}" };
    }

    /// <summary>The file or directory that a finding ends with, what is wrong with it, and what to do; null if it names none.</summary>
    private static (FindingSeverity Severity, string Text, string Advice)? Cause(Finding finding)
    {
        int start = finding.Text.LastIndexOf(BeforeCause, StringComparison.Ordinal) + BeforeCause.Length;
        return finding is { Severity: FindingSeverity.Problem or FindingSeverity.Warning, Advice: { } advice }
            && start >= BeforeCause.Length && start < finding.Text.Length && finding.Text[start] == '/'
                ? (finding.Severity, finding.Text[start..], advice)
                : null;
    }
}
