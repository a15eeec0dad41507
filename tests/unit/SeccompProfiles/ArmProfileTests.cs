using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;

namespace UnitTests.SeccompProfiles;

/// <summary>Tests a recording of a 64-bit ARM machine that also runs 32-bit programs. The result is the same on any machine.</summary>
public sealed class ArmProfileTests
{
    /// <summary>Calls of 32-bit programs that no recording contains, because they are not in the kernel's table of system calls.</summary>
    private static readonly string[] s_unseen = ["breakpoint", "cacheflush", "set_tls"];

    private static readonly Recording s_recording = Recordings.Of() with
    {
        Native = CallAbi.Arm64,
        Calls = new Dictionary<CallAbi, IReadOnlyList<RecordedCall>>
        {
            [CallAbi.Arm64] = [new RecordedCall("execve", 1, "runc", 1), new RecordedCall("read", 1, "runc", 1)],
            [CallAbi.Arm] = [new RecordedCall("arm_fadvise64_64", 1, "old", 2), new RecordedCall("mmap2", 1, "old", 2)],
        },
    };

    [Fact]
    public void Dockers_default_is_that_of_the_machine()
    {
        SeccompProfile arm = ProfileReader.DockerDefault(CallAbi.Arm64);
        Assert.Equal(["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"], arm.Architectures);
        Assert.Superset(
            new SortedSet<string>(["arm_fadvise64_64", "arm_sync_file_range", "sync_file_range2", .. s_unseen]),
            new SortedSet<string>(arm.AllowedNames()));
        Assert.DoesNotContain("arch_prctl", arm.AllowedNames());
        Assert.DoesNotContain("modify_ldt", arm.AllowedNames());

        SeccompProfile x86 = ProfileReader.DockerDefault(CallAbi.X8664);
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], x86.Architectures);
        Assert.Superset(new SortedSet<string>(["arch_prctl", "modify_ldt"]), new SortedSet<string>(x86.AllowedNames()));
        Assert.DoesNotContain("set_tls", x86.AllowedNames());
    }

    /// <summary>The kernel kills processes of an architecture that a profile does not list, with SIGSYS.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_32_bit_program_may_do_what_it_did_also_below_Dockers_default(bool isExact)
    {
        SeccompProfile profile = isExact ? ProfileDerivation.Exact(s_recording) : ProfileDerivation.Robust(s_recording);
        foreach (SeccompProfile each in (SeccompProfile[])
            [profile, ProfileCeiling.Intersect(profile, ProfileReader.DockerDefault(CallAbi.Arm64))])
        {
            Assert.Equal(["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"], each.Architectures);
            Assert.Superset(
                new SortedSet<string>(["arm_fadvise64_64", "mmap2", .. s_unseen]), new SortedSet<string>(each.AllowedNames()));
        }

        Assert.DoesNotContain(
            ProfileComparison.Between(ProfileReader.DockerDefault(CallAbi.Arm64), profile).Groups.SelectMany(group => group.Added),
            name => s_recording.Names().Contains(name) || s_unseen.Contains(name));
    }

    [Fact]
    public void Without_32_bit_programs_their_architecture_is_closed()
    {
        Recording native = s_recording with
        {
            Calls = new Dictionary<CallAbi, IReadOnlyList<RecordedCall>> { [CallAbi.Arm64] = s_recording.CallsOf(CallAbi.Arm64) },
        };
        SeccompProfile profile = ProfileDerivation.Robust(native);
        Assert.Equal(["SCMP_ARCH_AARCH64"], profile.Architectures);
        Assert.DoesNotContain("set_tls", profile.AllowedNames());
    }

    [Fact]
    public void A_ceiling_without_architectures_is_for_the_machines_own()
    {
        var ceiling = new SeccompProfile { DefaultAction = SeccompProfile.Allow, Rules = [] };
        Assert.Equal(["SCMP_ARCH_AARCH64"], ProfileCeiling.Intersect(ProfileDerivation.Robust(s_recording), ceiling).Architectures);
    }
}
