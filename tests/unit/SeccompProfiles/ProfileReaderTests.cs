using System.Text;
using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;

namespace UnitTests.SeccompProfiles;

public sealed class ProfileReaderTests
{
    private static readonly ProfileConditions s_plain = new(CallAbi.X8664, new Version(6, 1), []);

    private const string Dockers = """
        {
          "defaultAction": "SCMP_ACT_ERRNO",
          "defaultErrnoRet": 1,
          "archMap": [
            { "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] },
            { "architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"] }
          ],
          "syscalls": [
            { "names": ["read"], "action": "SCMP_ACT_ALLOW" },
            { "names": ["process_vm_readv", "ptrace"], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "4.8" } },
            { "names": ["future"], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "7.0" } },
            { "names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW", "includes": { "arches": ["amd64", "x32"] } },
            { "names": ["set_tls"], "action": "SCMP_ACT_ALLOW", "includes": { "arches": ["arm", "arm64"] } },
            { "names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
            { "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": { "caps": ["CAP_SYS_ADMIN"] } },
            { "name": "clone", "action": "SCMP_ACT_ALLOW", "comment": "old",
              "args": [{ "index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ" }] }
          ]
        }
        """;

    [Fact]
    public void Conditions_of_dockers_form_are_answered()
    {
        SeccompProfile profile = Read(Dockers, s_plain);
        Assert.Equal(["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], profile.Architectures);
        Assert.Equal(["arch_prctl", "clone", "process_vm_readv", "ptrace", "read"], profile.AllowedNames());
        Assert.Equal(38, profile.Rules.Single(rule => rule.Names.Contains("clone3")).Errno);
        Assert.Equal([new ProfileArgument(0, 2114060288, 0, "SCMP_CMP_MASKED_EQ")], profile.Rules[^1].Arguments);
    }

    [Fact]
    public void Capabilities_and_architecture_make_a_difference()
    {
        SeccompProfile profile = Read(Dockers, new ProfileConditions(CallAbi.Arm64, new Version(7, 0), ["CAP_SYS_ADMIN"]));
        Assert.Equal(["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"], profile.Architectures);
        Assert.Equal(["clone", "future", "mount", "process_vm_readv", "ptrace", "read", "set_tls"], profile.AllowedNames());
        Assert.DoesNotContain("clone3", profile.RuledNames());
    }

    [Fact]
    public void What_is_written_is_what_every_engine_takes()
    {
        string text = Encoding.UTF8.GetString(ProfileJson.Write(Read(Dockers, s_plain)));
        Assert.DoesNotContain("archMap", text, StringComparison.Ordinal);
        Assert.DoesNotContain("null", text, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(ProfileJson.Write(Read(text, s_plain))));
    }

    [Fact]
    public void Dockers_default_is_there()
    {
        SeccompProfile profile = ProfileReader.DockerDefault(CallAbi.X8664);
        Assert.InRange(profile.AllowedNames().Count, 300, 400);
        Assert.DoesNotContain("mount", profile.AllowedNames());
        Assert.Contains("clone", profile.AllowedNames());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"defaultAction":null}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"]}]}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4"}}]}""")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"99999999999.1"}}]}""")]
    public void What_is_no_profile_is_an_error_that_names_the_file(string text) =>
        Assert.StartsWith(
            "x.json: is no seccomp profile", Assert.Throws<OciHooksException>(() => Read(text, s_plain)).Message, StringComparison.Ordinal);

    private static SeccompProfile Read(string text, ProfileConditions conditions) =>
        ProfileReader.Read(Encoding.UTF8.GetBytes(text), "x.json", conditions);
}
