using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install</c> for a running dockerd.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class InstallDockerDaemonTests(DockerDaemon daemon) : IAsyncLifetime
{
    private const string Name = "late";

    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_running_dockerd_knows_the_runtime_and_forgets_it(bool byDefault)
    {
        string file = daemon.PathTo("daemon.json");
        byte[] before = File.ReadAllBytes(file);
        daemon.Log.WriteRule(daemon.Rules, "createRuntime");
        string older = (await daemon.DockerAsync("run", "--detach", DockerDaemon.Image, "sleep", "1000")).EnsureSuccess().OutputText.Trim();

        CommandResult install = await HookCtlAsync(["install", .. byDefault ? ["--default"] : Array.Empty<string>()]);

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains("dockerd was reloaded", install.OutputText, StringComparison.Ordinal);
        string[] choice = byDefault ? [] : ["--runtime", Name];
        string id = (await daemon.DockerAsync(["run", "--detach", .. choice, DockerDaemon.Image, "sleep", "1000"])).EnsureSuccess().OutputText.Trim();
        Assert.Equal(Name, await daemon.InspectAsync(id, "{{.HostConfig.Runtime}}"));
        _ = Assert.Single(daemon.Log.Calls);

        CommandResult inUse = await HookCtlAsync("uninstall");
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains((await daemon.InspectAsync(id, "{{.Name}}"))[1..], inUse.OutputText, StringComparison.Ordinal);

        _ = (await daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();
        CommandResult uninstall = await HookCtlAsync("uninstall");
        Assert.Equal((0, ""), (uninstall.ExitCode, uninstall.ErrorText));
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Equal("running", await daemon.InspectAsync(older, "{{.State.Status}}"));
        Assert.False(File.Exists(file + ".before-late"));
        Assert.Equal("runc", await InfoAsync("{{.DefaultRuntime}}"));
        Assert.DoesNotContain($"\"{Name}\"", await InfoAsync("{{json .Runtimes}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_reload_dockerd_is_left_alone()
    {
        CommandResult install = await HookCtlAsync("install", "--no-reload");

        Assert.Equal(0, install.ExitCode);
        Assert.Contains("was not reloaded", install.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{Name}\"", await InfoAsync("{{json .Runtimes}}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$(cat $PIDFILE)", true)]
    [InlineData("1", false)]
    public async Task A_dockerd_of_systemds_is_reloaded_by_a_fake_systemctl(string mainPid, bool isAsked)
    {
        string fake = Path.Combine(Directory.CreateDirectory(daemon.PathTo("fake")).FullName, "systemctl");
        _ = Executable.Write(fake, $"""
            #!/bin/sh
            echo "$@" >>{daemon.PathTo("asked")}
            PIDFILE={daemon.PathTo("docker.pid")}
            case $1 in
            show) echo {mainPid} ;;
            reload) kill -HUP $(cat $PIDFILE) ;;
            esac

            """);
        _ = (await daemon.Host.RunAsync("mkdir", "-p", "/run/systemd/system")).EnsureSuccess();

        CommandResult install = await Answered.ByEngineOfAsync(daemon.PathTo("daemon.json"), async () =>
        {
            File.Delete(daemon.PathTo("asked"));
            return await daemon.Host.RunAsync(
                "env", $"PATH={daemon.PathTo("fake")}:/usr/sbin:/usr/bin", Repository.HookCtl, "install", "docker", "--name", Name,
                "--config-file", daemon.PathTo("daemon.json"));
        });

        _ = (await daemon.Host.RunAsync("rmdir", "/run/systemd/system")).EnsureSuccess();
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains($"\"{Name}\"", await InfoAsync("{{json .Runtimes}}"), StringComparison.Ordinal);
        string[] asked = File.ReadAllLines(daemon.PathTo("asked"));
        File.Delete(daemon.PathTo("asked"));
        Assert.Equal("show --property MainPID --value docker.service", asked[0]);
        Assert.Equal(isAsked ? ["reload docker.service"] : [], asked[1..]);
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(daemon.PathTo("daemon.json.before-late"));
        daemon.Configure();
        await daemon.ReloadAsync();
        await Eventually.EqualAsync("runc", () => InfoAsync("{{.DefaultRuntime}}"));
        await daemon.ResetAsync();
    }

    private Task<CommandResult> HookCtlAsync(params string[] arguments) => Answered.ByEngineOfAsync(
        daemon.PathTo("daemon.json"),
        () => daemon.Host.RunAsync(
        [
            Repository.HookCtl, arguments[0], "docker", "--name", Name, "--config-file", daemon.PathTo("daemon.json"), .. arguments[1..],
        ]));

    private async Task<string> InfoAsync(string template) => (await daemon.DockerAsync("info", "--format", template)).EnsureSuccess().OutputText.Trim();
}
