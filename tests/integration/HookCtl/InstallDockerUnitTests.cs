using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install docker</c> without a running dockerd. systemd shows how it would be started.</summary>
[Trait("Needs", "root")]
public sealed class InstallDockerUnitTests : IAsyncDisposable
{
    private readonly PrivateHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    /// <summary>The unit's variables are in an administrator's file that exists and cannot be read.</summary>
    [Fact]
    public async Task Variables_that_cannot_be_read_are_none()
    {
        string file = Path.Combine(_host.Root, "daemon.json");
        _ = Executable.Write(Path.Combine(_host.Root, "systemctl"), $"""
            #!/bin/sh
            echo '{"{"} path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd --config-file {file} $DOCKER_OPTS ; ignore_errors=no {"}"}'

            """);
        _ = (await _host.ShellAsync("mkdir -p /run/systemd/system; ln -sf /proc/self/mem /etc/default/docker")).EnsureSuccess();

        CommandResult result = await _host.RunAsync("env", $"PATH={_host.Root}:/usr/sbin:/usr/bin", Repository.HookCtl, "install", "docker");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains($"created: {file}\n", result.OutputText, StringComparison.Ordinal);
    }
}
