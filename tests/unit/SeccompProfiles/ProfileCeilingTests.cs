using SeccompProfiles.Profiles;

namespace UnitTests.SeccompProfiles;

public sealed class ProfileCeilingTests
{
    private static readonly ProfileArgument s_zero = new(0, 0, 0, "SCMP_CMP_EQ");

    [Fact]
    public void Only_what_both_allow_is_allowed()
    {
        SeccompProfile result = ProfileCeiling.Intersect(Profile(Allowing("read", "mount")), Profile(Allowing("read", "write")));
        Assert.Equal(["read"], result.AllowedNames());
    }

    [Fact]
    public void Conditions_of_either_are_kept()
    {
        SeccompProfile result = ProfileCeiling.Intersect(
            Profile(Allowing("clone", "read"), Allowing("ioctl") with { Arguments = [s_zero] }),
            Profile(Allowing("clone") with { Arguments = [s_zero] }, Allowing("ioctl", "read")));
        Assert.Equal([s_zero], result.Rules.Single(rule => rule.Names.Contains("clone")).Arguments);
        Assert.Equal([s_zero], result.Rules.Single(rule => rule.Names.Contains("ioctl")).Arguments);
        Assert.Empty(result.Rules.Single(rule => rule.Names.Contains("read")).Arguments);
    }

    [Fact]
    public void Conditions_that_differ_allow_nothing()
    {
        SeccompProfile result = ProfileCeiling.Intersect(
            Profile(Allowing("clone") with { Arguments = [s_zero] }),
            Profile(Allowing("clone") with { Arguments = [s_zero with { Value = 1 }] }));
        Assert.Empty(result.AllowedNames());
    }

    [Fact]
    public void A_ceiling_that_allows_by_default_takes_away_what_it_denies()
    {
        SeccompProfile ceiling = Profile(new ProfileRule(["mount"], SeccompProfile.Errno) { Errno = 38 }) with
        {
            DefaultAction = SeccompProfile.Allow,
        };
        SeccompProfile result = ProfileCeiling.Intersect(Profile(Allowing("read", "mount")), ceiling);
        Assert.Equal(["read"], result.AllowedNames());
        Assert.Equal(38, result.Rules.Single(rule => rule.Names.Contains("mount")).Errno);
    }

    [Fact]
    public void The_difference_to_another_profile_is_told_by_group_with_risk()
    {
        ProfileComparison comparison = ProfileComparison.Between(Profile(Allowing("read", "ptrace")), Profile(Allowing("read", "mount")));
        Assert.Equal(1, comparison.Same);
        Assert.Equal(["mount: mounts file systems"], comparison.Groups.Single(group => group.Name == "mounts").Risks);
        Assert.Equal(["ptrace"], comparison.Groups.Single(group => group.Name == "the whole machine").Avoided);
    }

    private static ProfileRule Allowing(params string[] names) => new(names, SeccompProfile.Allow);

    private static SeccompProfile Profile(params ProfileRule[] rules) =>
        new() { DefaultAction = SeccompProfile.Errno, Architectures = ["SCMP_ARCH_X86_64"], Rules = rules };
}
