using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install docker</c> where dockerd does not run, and systemd tells how it would be started.</summary>
[Trait("Needs", "root")]
public sealed class InstallDockerUnitTests : IDisposable
{
    private readonly PrivateHost _host = new();

    public void Dispose() => _host.Dispose();

    /// <summary>The unit's variables are in a file of the administrator's, here one that exists and cannot be read.</summary>
    [Fact]
    public void Variables_that_cannot_be_read_are_none()
    {
        string file = Path.Combine(_host.Root, "daemon.json");
        _ = Executable.Write(Path.Combine(_host.Root, "systemctl"), $"""
            #!/bin/sh
            echo '{"{"} path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd --config-file {file} $DOCKER_OPTS ; ignore_errors=no {"}"}'

            """);
        _ = _host.Shell("mkdir -p /run/systemd/system; ln -sf /proc/self/mem /etc/default/docker").EnsureSuccess();

        CommandResult result = _host.Run("env", $"PATH={_host.Root}:/usr/sbin:/usr/bin", Repository.HookCtl, "install", "docker");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains($"created: {file}\n", result.OutputText, StringComparison.Ordinal);
    }
}
