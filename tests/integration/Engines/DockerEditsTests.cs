using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests docker run with rules that edit the container.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerEditsTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    public async ValueTask DisposeAsync() => await daemon.ResetAsync();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_container_has_what_a_rule_for_its_label_edits(string runtime)
    {
        daemon.WriteRule("edits.json", """
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

        CommandResult edited = await daemon.DockerRunAsync(runtime, "--rm", "--label", "edited=yes", DockerDaemon.Image, "sh", "-c", Script);
        CommandResult plain = await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "sh", "-c", "echo .$EDITED; mkdir /d && echo made");

        Assert.Equal(".1\nmounted\nusable\n4444\ndenied\n", edited.OutputText);
        Assert.Equal(".\nmade\n", plain.OutputText);
    }

    [Fact]
    public async Task A_collision_tells_the_user_which_variable_and_which_rule()
    {
        daemon.WriteRule("edits.json", """
            {"version": "ocihooks/1", "when": {"always": true}, "edits": {"env": ["MODE=prod"]}}
            """);

        CommandResult refused = await daemon.DockerRunAsync("hooked", "--rm", "--env", "MODE=test", DockerDaemon.Image, "true");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("edits.json: edits: env: MODE: config.json has another", refused.ErrorText, StringComparison.Ordinal);
    }
}
