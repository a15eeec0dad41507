using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;

namespace UnitTests.SeccompProfiles;

public sealed class ProfileDerivationTests
{
    [Fact]
    public void The_exact_profile_allows_what_was_recorded()
    {
        SeccompProfile profile = ProfileDerivation.Exact(Recordings.Of("read", "futex"));
        ProfileRule rule = Assert.Single(profile.Rules);
        Assert.Equal(["futex", "read"], rule.Names);
        Assert.Equal(SeccompProfile.Errno, profile.DefaultAction);
        Assert.Equal(1, profile.DefaultErrno);
        Assert.Equal(["SCMP_ARCH_X86_64"], profile.Architectures);
    }

    [Fact]
    public void The_robust_profile_allows_siblings_and_what_every_container_needs()
    {
        IReadOnlySet<string> allowed = ProfileDerivation.Robust(Recordings.Of("poll")).AllowedNames();
        HashSet<string> expected = ["poll", "ppoll", "select", "execve", "capset", "exit_group", "restart_syscall", "time"];
        Assert.Superset(expected, allowed.ToHashSet());
        Assert.DoesNotContain("socket", allowed);
        Assert.DoesNotContain("epoll_wait", allowed);
    }

    [Fact]
    public void New_calls_that_were_not_recorded_are_not_there()
    {
        SeccompProfile profile = ProfileDerivation.Robust(Recordings.Of("poll"));
        ProfileRule absent = profile.Rules.Single(rule => rule.Errno == 38);
        Assert.Contains("clone3", absent.Names);
        Assert.Contains("io_uring_setup", absent.Names);
        Assert.DoesNotContain("statx", absent.Names);
        Assert.DoesNotContain("mount", absent.Names);
    }

    [Fact]
    public void Clones_may_make_namespaces_only_if_they_did()
    {
        SeccompProfile profile = ProfileDerivation.Robust(Recordings.Of("clone", "clone3"));
        Assert.Equal(
            [new ProfileArgument(0, 2114060288, 0, "SCMP_CMP_MASKED_EQ")],
            profile.Rules.Single(rule => rule.Names.Contains("clone")).Arguments);
        Assert.Equal(38, profile.Rules.Single(rule => rule.Names.Contains("clone3")).Errno);

        profile = ProfileDerivation.Robust(Recordings.Of("clone", ProfileDerivation.NamespaceMaker));
        Assert.Empty(profile.Rules.Single(rule => rule.Names.Contains("clone")).Arguments);
        Assert.Equal(SeccompProfile.Allow, profile.Rules.Single(rule => rule.Names.Contains("clone3")).Action);
    }

    [Fact]
    public void Architectures_are_those_that_were_used()
    {
        Recording recording = Recordings.Of("read") with
        {
            Calls = new Dictionary<CallAbi, IReadOnlyList<RecordedCall>>
            {
                [CallAbi.X8664] = [new RecordedCall("read", 1, "sh", 1)],
                [CallAbi.I386] = [new RecordedCall("mmap2", 1, "old", 1)],
            },
        };
        SeccompProfile profile = ProfileDerivation.Robust(recording);
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], profile.Architectures);
        Assert.Contains("mmap2", profile.AllowedNames());
    }

    [Fact]
    public void Calls_without_a_name_are_in_no_profile() =>
        Assert.Equal(["read"], ProfileDerivation.Exact(Recordings.Of("#500", "read")).AllowedNames());
}
