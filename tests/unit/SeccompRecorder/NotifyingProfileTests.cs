using HookEngine;
using SeccompProfiles.Profiles;
using SeccompRecorder.Notify;

namespace UnitTests.SeccompRecorder;

/// <summary>What a listener is told of is what the profile allows, and nothing that it denies.</summary>
public sealed class NotifyingProfileTests
{
    private const int Enosys = 38;

    private static readonly ProfileArgument s_noNamespaces = new(0, ProfileDerivation.NamespaceFlags, 0, "SCMP_CMP_MASKED_EQ");

    [Fact]
    public void What_is_allowed_is_told_and_conditions_stay()
    {
        var profile = new SeccompProfile
        {
            DefaultAction = SeccompProfile.Errno,
            Rules =
            [
                new ProfileRule(["read", "write"], SeccompProfile.Allow),
                new ProfileRule(["sync"], SeccompProfile.Log),
                new ProfileRule(["clone"], SeccompProfile.Allow) { Arguments = [s_noNamespaces] },
                new ProfileRule(["clone3"], SeccompProfile.Errno) { Errno = Enosys },
            ],
        };
        var notifying = NotifyingProfile.Of(profile);
        Assert.Equal(["clone", "write"], notifying.NotSeen);
        Assert.Equal(SeccompProfile.Errno, notifying.Profile.DefaultAction);
        Assert.Equal(["write:ALLOW", "read:NOTIFY", "sync:NOTIFY", "clone:ALLOW", "clone3:ERRNO"], Spell(notifying.Profile));
        Assert.Equal(s_noNamespaces, Assert.Single(notifying.Profile.Rules[3].Arguments));
    }

    [Fact]
    public void Where_all_is_allowed_all_is_listed_and_what_has_no_name_is_not_there()
    {
        var profile = new SeccompProfile
        {
            DefaultAction = SeccompProfile.Allow,
            Rules =
            [
                new ProfileRule(["mount"], SeccompProfile.Errno),
                new ProfileRule(["nfsservctl"], SeccompProfile.Errno) { Errno = Enosys },
            ],
        };
        SeccompProfile notifying = NotifyingProfile.Of(profile).Profile;
        Assert.Equal((SeccompProfile.Errno, Enosys), (notifying.DefaultAction, notifying.DefaultErrno));
        string[] rules = Spell(notifying);
        Assert.Contains("mount:ERRNO", rules);
        Assert.Contains("read:NOTIFY", rules);
        Assert.Contains("write:ALLOW", rules);

        // Runtimes refuse a rule that says what the default says.
        Assert.DoesNotContain("nfsservctl:ERRNO", rules);
    }

    [Fact]
    public void Clones_are_told_if_they_make_namespaces()
    {
        var profile = new SeccompProfile
        {
            DefaultAction = SeccompProfile.Errno,
            Rules = [new ProfileRule(["clone"], SeccompProfile.Allow)],
        };
        IReadOnlyList<ProfileRule> rules = NotifyingProfile.Of(profile).Profile.Rules;
        Assert.Equal((SeccompProfile.Allow, s_noNamespaces), (rules[0].Action, Assert.Single(rules[0].Arguments)));
        ulong flags = 0;
        Assert.All(rules.Skip(1), rule =>
        {
            Assert.Equal(SeccompProfile.Notify, rule.Action);
            ProfileArgument argument = Assert.Single(rule.Arguments);
            Assert.Equal(argument.Value, argument.Second);
            flags |= argument.Value;
        });
        Assert.Equal(ProfileDerivation.NamespaceFlags, flags);
    }

    [Fact]
    public void What_is_denied_in_part_is_not_seen_where_the_rest_is_allowed()
    {
        var profile = new SeccompProfile
        {
            DefaultAction = SeccompProfile.Allow,
            Rules = [new ProfileRule(["socket"], SeccompProfile.Errno) { Arguments = [new ProfileArgument(0, 40, 0, "SCMP_CMP_EQ")] }],
        };
        var notifying = NotifyingProfile.Of(profile);
        Assert.Equal(SeccompProfile.Allow, notifying.Profile.DefaultAction);
        Assert.Contains("socket", notifying.NotSeen);
        Assert.Contains("socket:ERRNO", Spell(notifying.Profile));
        Assert.DoesNotContain("socket:NOTIFY", Spell(notifying.Profile));
    }

    [Fact]
    public void There_can_be_one_listener_only()
    {
        var profile = new SeccompProfile
        {
            DefaultAction = SeccompProfile.Allow,
            Rules = [new ProfileRule(["mount"], SeccompProfile.Notify)],
        };
        _ = Assert.Throws<OciHooksException>(() => NotifyingProfile.Of(profile));
    }

    private static string[] Spell(SeccompProfile profile) =>
        [.. profile.Rules.SelectMany(rule => rule.Names, (rule, name) => $"{name}:{rule.Action["SCMP_ACT_".Length..]}")];
}
