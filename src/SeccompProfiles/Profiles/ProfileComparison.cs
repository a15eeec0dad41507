using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>What one profile allows and another does not.</summary>
/// <param name="Groups">The groups of calls in which the profiles differ.</param>
/// <param name="Same">The number of calls that both allow.</param>
public sealed record ProfileComparison(IReadOnlyList<ComparedGroup> Groups, int Same)
{
    /// <summary>Compares two profiles. Calls whose arguments both profiles check count as equal.</summary>
    public static ProfileComparison Between(SeccompProfile before, SeccompProfile after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        IReadOnlySet<string> was = before.AllowedNames(), becomes = after.AllowedNames();
        var groups = new List<ComparedGroup>();
        foreach (string group in CallGroups.All)
        {
            string[] added = [.. becomes.Where(name => CallGroups.Of(name) == group && !was.Contains(name))];
            string[] removed = [.. was.Where(name => CallGroups.Of(name) == group && !becomes.Contains(name))];
            if (added.Length + removed.Length > 0)
            {
                groups.Add(new ComparedGroup(group, added, removed));
            }
        }

        return new ProfileComparison(groups, was.Count(becomes.Contains));
    }
}

/// <summary>A group of calls in which two profiles differ.</summary>
/// <param name="Name">The name of the group.</param>
/// <param name="Added">The calls that only the second profile allows.</param>
/// <param name="Removed">The calls that only the first profile allows.</param>
public sealed record ComparedGroup(string Name, IReadOnlyList<string> Added, IReadOnlyList<string> Removed)
{
    /// <summary>What the added calls can do that a container does not usually need, such as <c>mount: mounts file systems</c>.</summary>
    public IReadOnlyList<string> Risks =>
        [.. Added.Where(name => CallGroups.RiskOf(name) is not null).Select(name => $"{name}: {CallGroups.RiskOf(name)}")];

    /// <summary>The risky calls that are no longer allowed.</summary>
    public IReadOnlyList<string> Avoided => [.. Removed.Where(name => CallGroups.RiskOf(name) is not null)];
}
