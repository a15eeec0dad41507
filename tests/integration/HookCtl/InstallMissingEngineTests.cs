using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install</c> on a machine without the engine.</summary>
[Trait("Needs", "root")]
public sealed class InstallMissingEngineTests : IAsyncLifetime
{
    private readonly PrivateHost _host = new();

    public async ValueTask InitializeAsync()
    {
        // A device mounted over a program is not a program.
        const string Hide = """
            for directory in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do
                for program in dockerd containerd podman crio; do
                    [ ! -e "$directory/$program" ] || mount --bind /dev/null "$directory/$program" || exit 1
                done
            done
            """;
        _ = (await _host.ShellAsync(Hide)).EnsureSuccess();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("docker", "dockerd", "/etc/docker/daemon.json")]
    [InlineData("containerd", "containerd", "/etc/containerd/config.toml")]
    [InlineData("podman", "podman", "/etc/containers/containers.conf.d/ocihooks-hooked.conf")]
    [InlineData("crio", "crio", "/etc/crio/crio.conf.d/ocihooks-hooked.conf")]
    public async Task It_is_said_that_it_is_not_there_and_nothing_is_written(string engine, string program, string file)
    {
        string? before = Text(file);
        foreach (string[] options in new string[][] { [], ["--dry-run"], ["--default", "--low-level", "runc"] })
        {
            CommandResult result = await HookCtlAsync(["install", engine, .. options]);

            Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
            Assert.Equal(
                $"hookctl: {engine}: there is no {program} on this machine, so nothing was written; "
                + "install it first, or name the file for one to come with --config-file\n",
                result.ErrorText);
        }

        Assert.Equal(before, Text(file));
        Assert.False(File.Exists(_host.SettingsFile));
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("containerd")]
    [InlineData("podman")]
    [InlineData("crio")]
    public async Task A_file_that_is_named_is_written_for_one_to_come(string engine)
    {
        string file = Path.Combine(_host.Root, "image/etc/file.conf");

        CommandResult result = await HookCtlAsync("install", engine, "--config-file", file);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("on this machine: this is for one to come\n", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("try it", result.OutputText, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    private string? Text(string file) => File.Exists(_host.Inside(file)) ? File.ReadAllText(_host.Inside(file)) : null;

    private Task<CommandResult> HookCtlAsync(params string[] arguments) =>
        _host.RunAsync([Repository.HookCtl, .. arguments]);
}
