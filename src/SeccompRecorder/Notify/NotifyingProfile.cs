using HookEngine;
using SeccompProfiles.Profiles;

namespace SeccompRecorder.Notify;

/// <summary>A profile that denies what another denies, and has what that allows told to a listener; seccomp_unotify(2).</summary>
/// <param name="Profile">The profile.</param>
/// <param name="NotSeen">Calls that are allowed and that the listener is not told of.</param>
internal sealed record NotifyingProfile(SeccompProfile Profile, IReadOnlyList<string> NotSeen)
{
    private const int Enosys = 38;
    private const string CloneCall = "clone";
    private const string MaskedEqual = "SCMP_CMP_MASKED_EQ";
    private static readonly ProfileArgument s_noNamespaces = new(0, ProfileDerivation.NamespaceFlags, 0, MaskedEqual);

    /// <summary>
    /// Not told: write, which runc and libseccomp refuse; what the Go runtime in runc may call on its way to hand the listener on, for
    /// nobody would answer; and calls that a signal must not interrupt while they wait for the answer: to end, to come back from one, and
    /// to make a process, which programs do not try again. Clones that make namespaces are told all the same.
    /// </summary>
    private static readonly string[] s_notSeen =
    [
        "write",
        "futex", "futex_time64", "getpid", "madvise", "mmap", "mmap2", "munmap", "nanosleep", "prctl", "sched_yield", "tgkill",
        CloneCall, "fork", "vfork", "exit", "exit_group", "restart_syscall", "rt_sigreturn", "sigreturn",
    ];

    /// <summary>The profile that follows from another one.</summary>
    internal static NotifyingProfile Of(SeccompProfile profile)
    {
        if (profile.DefaultAction == SeccompProfile.Notify || profile.Rules.Any(rule => rule.Action == SeccompProfile.Notify))
        {
            throw new OciHooksException("linux.seccomp: a program of this container's own answers its calls (SCMP_ACT_NOTIFY), and there "
                + "can be one such only; record it as root, with eBPF");
        }

        HashSet<string> notSeen = [.. s_notSeen, .. DeniedInPart(profile)];
        SeccompProfile listed = Listed(profile, notSeen.Count > s_notSeen.Length);
        List<ProfileRule> rules = [];
        foreach (ProfileRule rule in listed.Rules)
        {
            if (!SeccompProfile.IsAllowed(rule.Action))
            {
                rules.Add(rule);
                continue;
            }

            bool hasTellingClone = rule.Names.Contains(CloneCall) && !rule.Arguments.SequenceEqual([s_noNamespaces]);
            AddUnlessEmpty(rules, rule, name => notSeen.Contains(name) && !(hasTellingClone && name == CloneCall));
            AddUnlessEmpty(rules, rule with { Action = SeccompProfile.Notify }, name => !notSeen.Contains(name));
            if (hasTellingClone)
            {
                rules.AddRange(ClonesToTell(rule));
            }
        }

        notSeen.IntersectWith(profile.AllowedNames().Union(DeniedInPart(profile)));
        return new NotifyingProfile(
            listed with { Rules = [.. rules.Where(rule => !IsDefault(rule, listed))] }, [.. notSeen.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The clones that make namespaces are told, whichever it is; with conditions of another kind all are.</summary>
    private static IEnumerable<ProfileRule> ClonesToTell(ProfileRule rule)
    {
        var told = new ProfileRule([CloneCall], SeccompProfile.Notify) { Arguments = rule.Arguments };
        if (rule.Arguments.Count > 0)
        {
            return [told];
        }

        return Enumerable.Range(0, 32).Select(bit => 1ul << bit).Where(flag => (flag & ProfileDerivation.NamespaceFlags) != 0)
            .Select(flag => told with { Arguments = [new ProfileArgument(0, flag, flag, MaskedEqual)] })
            .Prepend(rule with { Names = [CloneCall], Arguments = [s_noNamespaces] });
    }

    /// <summary>
    /// All that is allowed, by name: runtimes take no listener for the rest. A call that their library has no name for would be made
    /// and not seen, and so is not there (ENOSYS), unless the profile's conditions can only be had with what it says of the rest.
    /// </summary>
    private static SeccompProfile Listed(SeccompProfile profile, bool keepsDefault)
    {
        SeccompProfile listed = profile.ListAllowed();
        return ReferenceEquals(listed, profile) ? profile
            : keepsDefault ? listed with { DefaultAction = profile.DefaultAction, DefaultErrno = profile.DefaultErrno }
            : listed with { DefaultErrno = Enosys };
    }

    /// <summary>What a profile that allows the rest denies with some arguments: a rule for all others cannot stand beside that.</summary>
    private static IEnumerable<string> DeniedInPart(SeccompProfile profile) => SeccompProfile.IsAllowed(profile.DefaultAction)
        ? profile.Rules.Where(rule => rule.Arguments.Count > 0 && !SeccompProfile.IsAllowed(rule.Action)).SelectMany(rule => rule.Names)
        : [];

    private static bool IsDefault(ProfileRule rule, SeccompProfile profile) =>
        rule.Action == profile.DefaultAction && rule.Errno == profile.DefaultErrno;

    private static void AddUnlessEmpty(List<ProfileRule> rules, ProfileRule rule, Func<string, bool> condition)
    {
        string[] names = [.. rule.Names.Where(condition)];
        if (names.Length > 0)
        {
            rules.Add(rule with { Names = names });
        }
    }
}
