using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>A seccomp profile, which says what happens to system calls; OCI runtime specification, "Seccomp".</summary>
public sealed record SeccompProfile
{
    /// <summary>The action that allows a call.</summary>
    public const string Allow = "SCMP_ACT_ALLOW";

    /// <summary>The action that allows a call and lets the kernel log it.</summary>
    public const string Log = "SCMP_ACT_LOG";

    /// <summary>The action that makes a call fail with an error number.</summary>
    public const string Errno = "SCMP_ACT_ERRNO";

    /// <summary>What happens to calls without a rule.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>The error number of <see cref="DefaultAction"/>; null for EPERM.</summary>
    public int? DefaultErrno { get; init; }

    /// <summary>The ABIs that the profile lists, by their names in libseccomp. Calls under other ABIs are not allowed.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>The rules.</summary>
    public required IReadOnlyList<ProfileRule> Rules { get; init; }

    /// <summary>Returns the names of the calls that the profile allows, even if only with some arguments.</summary>
    public IReadOnlySet<string> AllowedNames() => ListAllowed().NamesWith(rule => IsAllowed(rule.Action));

    /// <summary>
    /// Returns the profile as a list of allowed calls that denies all others. If the default allows, the list contains all known calls that
    /// no rule denies. A rule that denies a call with some arguments only counts as one that denies it.
    /// </summary>
    public SeccompProfile ListAllowed()
    {
        if (!IsAllowed(DefaultAction))
        {
            return this;
        }

        SortedSet<string> denied = NamesWith(rule => !IsAllowed(rule.Action));
        string[] rest = [.. CallTable.Instance.Names.Where(name => !denied.Contains(name)).Order(StringComparer.Ordinal)];
        return this with { DefaultAction = Errno, DefaultErrno = null, Rules = [.. Rules, new ProfileRule(rest, DefaultAction)] };
    }

    /// <summary>Returns the names of the calls that have a rule.</summary>
    public IReadOnlySet<string> RuledNames() => NamesWith(_ => true);

    /// <summary>Whether an action lets the call happen.</summary>
    public static bool IsAllowed(string action) => action is Allow or Log;

    /// <summary>
    /// Returns this profile, plus what another profile allows beyond it. Calls that this profile has a rule for stay as they are, so that
    /// blocked calls stay blocked.
    /// </summary>
    public SeccompProfile Extend(SeccompProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        IReadOnlySet<string> ruled = RuledNames();
        IEnumerable<ProfileRule> added = other.Rules
            .Select(rule => rule with { Names = [.. rule.Names.Where(name => !ruled.Contains(name))] })
            .Where(rule => rule.Names.Count > 0);
        return this with
        {
            Architectures = [.. Architectures.Union(other.Architectures)],
            Rules = [.. Rules, .. added],
        };
    }

    private SortedSet<string> NamesWith(Func<ProfileRule, bool> condition) =>
        new(Rules.Where(condition).SelectMany(rule => rule.Names), StringComparer.Ordinal);
}

/// <summary>A rule of a profile.</summary>
/// <param name="Names">The calls that the rule applies to.</param>
/// <param name="Action">What happens to these calls.</param>
public sealed record ProfileRule(IReadOnlyList<string> Names, string Action)
{
    /// <summary>The error number of <see cref="SeccompProfile.Errno"/>; null for EPERM.</summary>
    public int? Errno { get; init; }

    /// <summary>The conditions on the arguments. All of them must hold.</summary>
    public IReadOnlyList<ProfileArgument> Arguments { get; init; } = [];
}

/// <summary>A condition on an argument of a call.</summary>
/// <param name="Index">The index of the argument, from 0.</param>
/// <param name="Value">The value that the argument is compared with.</param>
/// <param name="Second">The value of SCMP_CMP_MASKED_EQ, for which <paramref name="Value"/> is the mask.</param>
/// <param name="Operator">The operator, such as SCMP_CMP_EQ.</param>
public sealed record ProfileArgument(int Index, ulong Value, ulong Second, string Operator);
