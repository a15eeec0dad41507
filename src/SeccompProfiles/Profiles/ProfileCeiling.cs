using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>Keeps a profile below another, such as a node's baseline.</summary>
public static class ProfileCeiling
{
    /// <summary>
    /// The profile that allows what both allow. Where both look at a call's arguments and not alike, the call is not allowed.
    /// </summary>
    public static SeccompProfile Intersect(SeccompProfile profile, SeccompProfile ceiling)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(ceiling);
        SeccompProfile listed = profile.ListAllowed(), limit = ceiling.ListAllowed();
        var rules = new List<ProfileRule>();
        foreach (ProfileRule rule in listed.Rules.Where(rule => SeccompProfile.IsAllowed(rule.Action)))
        {
            rules.AddRange(Below(rule, limit));
        }

        rules = Gather(rules);

        SortedSet<string> ruled = new(rules.SelectMany(rule => rule.Names), StringComparer.Ordinal);
        foreach (ProfileRule rule in listed.Rules.Concat(limit.Rules).Where(rule => !SeccompProfile.IsAllowed(rule.Action)))
        {
            string[] names = [.. rule.Names.Where(name => !ruled.Contains(name))];
            if (names.Length > 0)
            {
                rules.Add(rule with { Names = names });
                ruled.UnionWith(names);
            }
        }

        return listed with { Architectures = [.. listed.Architectures.Intersect(Effective(limit.Architectures))], Rules = rules };
    }

    private static IEnumerable<ProfileRule> Below(ProfileRule rule, SeccompProfile ceiling)
    {
        foreach (string name in rule.Names)
        {
            ProfileRule[] limits = AllowingRules(ceiling, name);
            if (limits.Any(limit => limit.Arguments.Count == 0) || limits.Any(limit => limit.Arguments.SequenceEqual(rule.Arguments)))
            {
                yield return rule with { Names = [name] };
            }
            else if (rule.Arguments.Count == 0)
            {
                foreach (ProfileRule limit in limits)
                {
                    yield return limit with { Names = [name], Action = rule.Action };
                }
            }
        }
    }

    /// <summary>Rules that differ in their names only are one.</summary>
    private static List<ProfileRule> Gather(List<ProfileRule> rules)
    {
        var gathered = new List<ProfileRule>();
        foreach (ProfileRule rule in rules)
        {
            int same = gathered.FindIndex(other => other.Action == rule.Action && other.Errno == rule.Errno
                && other.Arguments.SequenceEqual(rule.Arguments));
            if (same < 0)
            {
                gathered.Add(rule);
            }
            else
            {
                gathered[same] = rule with { Names = [.. gathered[same].Names, .. rule.Names] };
            }
        }

        return gathered;
    }

    private static ProfileRule[] AllowingRules(SeccompProfile profile, string name) =>
        [.. profile.Rules.Where(rule => SeccompProfile.IsAllowed(rule.Action) && rule.Names.Contains(name))];

    /// <summary>A profile that lists no architecture is for the machine's own.</summary>
    private static IReadOnlyList<string> Effective(IReadOnlyList<string> architectures) =>
        architectures.Count > 0 ? architectures : [CallAbis.Native.SeccompName()];
}
