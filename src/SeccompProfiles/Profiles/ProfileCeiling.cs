namespace SeccompProfiles.Profiles;

/// <summary>Limits a profile to what another one allows, such as a node's baseline.</summary>
public static class ProfileCeiling
{
    /// <summary>
    /// Returns the profile that allows what both allow. If both check a call's arguments, and differently, the call is not allowed.
    /// </summary>
    public static SeccompProfile Intersect(SeccompProfile profile, SeccompProfile ceiling)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(ceiling);
        SeccompProfile listed = profile.ListAllowed(), limit = ceiling.ListAllowed();
        var limits = new AllowingRules(limit);
        List<ProfileRule> rules =
            Gather(listed.Rules.Where(rule => SeccompProfile.IsAllowed(rule.Action)).SelectMany(rule => Below(rule, limits)));

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

        return listed with { Architectures = [.. listed.Architectures.Intersect(Effective(limit.Architectures, listed))], Rules = rules };
    }

    private static IEnumerable<ProfileRule> Below(ProfileRule rule, AllowingRules ceiling)
    {
        foreach (string name in rule.Names)
        {
            if (ceiling.Allows(name, rule.Arguments))
            {
                yield return rule with { Names = [name] };
            }
            else if (rule.Arguments.Count == 0)
            {
                // An earlier rule with the same action may have returned these rules already.
                foreach (ProfileRule limit in ceiling.Take(name, rule.Action))
                {
                    yield return limit with { Names = [name], Action = rule.Action };
                }
            }
        }
    }

    /// <summary>Merges rules that differ only in their names.</summary>
    private static List<ProfileRule> Gather(IEnumerable<ProfileRule> rules)
    {
        var gathered = new Dictionary<(string Action, int? Errno, string Arguments), (ProfileRule Rule, List<string> Names)>();
        foreach (ProfileRule rule in rules)
        {
            (string, int?, string) kind = (rule.Action, rule.Errno, TextOf(rule.Arguments));
            if (!gathered.TryGetValue(kind, out (ProfileRule Rule, List<string> Names) same))
            {
                gathered[kind] = same = (rule, []);
            }

            same.Names.AddRange(rule.Names);
        }

        return [.. gathered.Values.Select(kind => kind.Rule with { Names = kind.Names })];
    }

    /// <summary>Returns the conditions as text. The same conditions have the same text.</summary>
    private static string TextOf(IReadOnlyList<ProfileArgument> arguments) => string.Join(';', arguments);

    /// <summary>
    /// Returns the architectures of a ceiling. If it lists none, it applies to the machine's own, which a profile lists first.
    /// </summary>
    private static IReadOnlyList<string> Effective(IReadOnlyList<string> architectures, SeccompProfile profile) =>
        architectures.Count > 0 ? architectures : [.. profile.Architectures.Take(1)];

    /// <summary>The rules of a profile that allow calls, by the names of the calls.</summary>
    private sealed class AllowingRules
    {
        private readonly Dictionary<string, List<ProfileRule>> _ofName = new(StringComparer.Ordinal);
        private readonly HashSet<(string Name, string Arguments)> _conditions = [];
        private readonly HashSet<(string Name, string Action)> _taken = [];

        internal AllowingRules(SeccompProfile profile)
        {
            foreach (ProfileRule rule in profile.Rules.Where(rule => SeccompProfile.IsAllowed(rule.Action)))
            {
                string arguments = TextOf(rule.Arguments);
                foreach (string name in rule.Names)
                {
                    if (_conditions.Add((name, arguments)))
                    {
                        _ofName.TryAdd(name, []);
                        _ofName[name].Add(rule);
                    }
                }
            }
        }

        /// <summary>Whether a call is allowed with any arguments, or under the same conditions.</summary>
        internal bool Allows(string name, IReadOnlyList<ProfileArgument> arguments) =>
            _conditions.Contains((name, "")) || _conditions.Contains((name, TextOf(arguments)));

        /// <summary>Returns the rules for a call; none if they were returned for the same action before.</summary>
        internal List<ProfileRule> Take(string name, string action) =>
            _taken.Add((name, action)) && _ofName.TryGetValue(name, out List<ProfileRule>? rules) ? rules : [];
    }
}
