using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>docker run where rules edit the container.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerEditsTests : IDisposable
{
    private readonly DockerDaemon _daemon;

    public DockerEditsTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    public void Dispose() => _daemon.Reset();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_container_has_what_a_rule_for_its_label_edits(string runtime)
    {
        _daemon.WriteRule("edits.json", """
            {
              "version": "ocihooks/1",
              "when": {"labels": {"edited": "yes"}},
              "onConflict": "replace",
              "edits": {
                "env": ["EDITED=1"],
                "mounts": [{"hostPath": "/etc", "containerPath": "/host-etc", "options": ["ro"]}],
                "deviceNodes": [{"path": "/dev/edited", "hostPath": "/dev/null"}],
                "additionalGids": [4444],
                "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
                            "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
              }
            }
            """);
        const string Script =
            "echo .$EDITED; test -e /host-etc/passwd && echo mounted; echo x 2>/dev/null >/dev/edited && test -c /dev/edited && echo usable; "
            + "id -G | grep -o 4444; mkdir /d || echo denied";

        CommandResult edited = _daemon.DockerRun(runtime, "--rm", "--label", "edited=yes", DockerDaemon.Image, "sh", "-c", Script);
        CommandResult plain = _daemon.DockerRun(runtime, "--rm", DockerDaemon.Image, "sh", "-c", "echo .$EDITED; mkdir /d && echo made");

        Assert.Equal(".1\nmounted\nusable\n4444\ndenied\n", edited.OutputText);
        Assert.Equal(".\nmade\n", plain.OutputText);
    }

    [Fact]
    public void A_collision_tells_the_user_which_variable_and_which_rule()
    {
        _daemon.WriteRule("edits.json", """
            {"version": "ocihooks/1", "when": {"always": true}, "edits": {"env": ["MODE=prod"]}}
            """);

        CommandResult refused = _daemon.DockerRun("hooked", "--rm", "--env", "MODE=test", DockerDaemon.Image, "true");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("edits.json: edits: env: MODE: config.json has another", refused.ErrorText, StringComparison.Ordinal);
    }
}
