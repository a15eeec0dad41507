using SeccompProfiles.Calls;

namespace SeccompProfiles.Profiles;

/// <summary>A seccomp profile: what happens to system calls; OCI runtime specification, "Seccomp".</summary>
public sealed record SeccompProfile
{
    /// <summary>The call is made.</summary>
    public const string Allow = "SCMP_ACT_ALLOW";

    /// <summary>The call is made, and the kernel logs it.</summary>
    public const string Log = "SCMP_ACT_LOG";

    /// <summary>The call fails with an error number.</summary>
    public const string Errno = "SCMP_ACT_ERRNO";

    /// <summary>What happens to calls that no rule is for.</summary>
    public required string DefaultAction { get; init; }

    /// <summary>The error number of <see cref="DefaultAction"/>; null for EPERM.</summary>
    public int? DefaultErrno { get; init; }

    /// <summary>The ABIs that it is for, by libseccomp's names. Calls under others are not to be made.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>The rules.</summary>
    public required IReadOnlyList<ProfileRule> Rules { get; init; }

    /// <summary>The names of calls that may be made, be it with some arguments only.</summary>
    public IReadOnlySet<string> AllowedNames() => ListAllowed().NamesWith(rule => IsAllowed(rule.Action));

    /// <summary>
    /// The profile as one that denies what it does not name: where the default allows, all known calls that no rule denies are named. A
    /// rule that denies with some arguments only is taken to deny.
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

    /// <summary>The names of calls that some rule is for.</summary>
    public IReadOnlySet<string> RuledNames() => NamesWith(_ => true);

    /// <summary>Whether a call with this action is made.</summary>
    public static bool IsAllowed(string action) => action is Allow or Log;

    /// <summary>
    /// This profile, and what another allows beyond it. What this one has a rule for stays as it is, so that what it blocks stays blocked.
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
/// <param name="Names">The calls that it is for.</param>
/// <param name="Action">What happens to them.</param>
public sealed record ProfileRule(IReadOnlyList<string> Names, string Action)
{
    /// <summary>The error number, of <see cref="SeccompProfile.Errno"/>; null for EPERM.</summary>
    public int? Errno { get; init; }

    /// <summary>What their arguments must be, all of it.</summary>
    public IReadOnlyList<ProfileArgument> Arguments { get; init; } = [];
}

/// <summary>What an argument of a call must be.</summary>
/// <param name="Index">Which argument, from 0.</param>
/// <param name="Value">What it is compared with.</param>
/// <param name="Second">The value of SCMP_CMP_MASKED_EQ, whose first is the mask.</param>
/// <param name="Operator">SCMP_CMP_EQ and the like.</param>
public sealed record ProfileArgument(int Index, ulong Value, ulong Second, string Operator);
