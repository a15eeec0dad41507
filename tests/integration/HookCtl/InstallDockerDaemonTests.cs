using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install</c> for a dockerd that runs.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class InstallDockerDaemonTests : IDisposable
{
    private const string Name = "late";
    private readonly DockerDaemon _daemon;

    public InstallDockerDaemonTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_running_dockerd_knows_the_runtime_and_forgets_it(bool byDefault)
    {
        string file = _daemon.PathTo("daemon.json");
        byte[] before = File.ReadAllBytes(file);
        _daemon.Log.WriteRule(_daemon.Rules, "createRuntime");
        string older = _daemon.Docker("run", "--detach", DockerDaemon.Image, "sleep", "1000").EnsureSuccess().OutputText.Trim();

        CommandResult install = HookCtl(["install", .. byDefault ? ["--default"] : Array.Empty<string>()]);

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains("dockerd was reloaded", install.OutputText, StringComparison.Ordinal);
        string[] choice = byDefault ? [] : ["--runtime", Name];
        string id = _daemon.Docker(["run", "--detach", .. choice, DockerDaemon.Image, "sleep", "1000"]).EnsureSuccess().OutputText.Trim();
        Assert.Equal(Name, _daemon.Inspect(id, "{{.HostConfig.Runtime}}"));
        _ = Assert.Single(_daemon.Log.Calls);

        CommandResult inUse = HookCtl("uninstall");
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains(_daemon.Inspect(id, "{{.Name}}")[1..], inUse.OutputText, StringComparison.Ordinal);

        _ = _daemon.Docker("rm", "--force", id).EnsureSuccess();
        CommandResult uninstall = HookCtl("uninstall");
        Assert.Equal((0, ""), (uninstall.ExitCode, uninstall.ErrorText));
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Equal("running", _daemon.Inspect(older, "{{.State.Status}}"));
        Assert.False(File.Exists(file + ".before-late"));
        Assert.Equal("runc", Info("{{.DefaultRuntime}}"));
        Assert.DoesNotContain($"\"{Name}\"", Info("{{json .Runtimes}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_reload_dockerd_is_left_alone()
    {
        CommandResult install = HookCtl("install", "--no-reload");

        Assert.Equal(0, install.ExitCode);
        Assert.Contains("was not reloaded", install.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{Name}\"", Info("{{json .Runtimes}}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$(cat $PIDFILE)", true)]
    [InlineData("1", false)]
    public void A_dockerd_of_systemds_is_reloaded_by_a_fake_systemctl(string mainPid, bool isAsked)
    {
        string fake = Path.Combine(Directory.CreateDirectory(_daemon.PathTo("fake")).FullName, "systemctl");
        _ = Executable.Write(fake, $"""
            #!/bin/sh
            echo "$@" >>{_daemon.PathTo("asked")}
            PIDFILE={_daemon.PathTo("docker.pid")}
            case $1 in
            show) echo {mainPid} ;;
            reload) kill -HUP $(cat $PIDFILE) ;;
            esac

            """);
        _ = _daemon.Host.Run("mkdir", "-p", "/run/systemd/system").EnsureSuccess();

        CommandResult install = Answered.ByEngineOf(_daemon.PathTo("daemon.json"), () =>
        {
            File.Delete(_daemon.PathTo("asked"));
            return _daemon.Host.Run(
                "env", $"PATH={_daemon.PathTo("fake")}:/usr/sbin:/usr/bin", Repository.HookCtl, "install", "docker", "--name", Name,
                "--config-file", _daemon.PathTo("daemon.json"));
        });

        _ = _daemon.Host.Run("rmdir", "/run/systemd/system").EnsureSuccess();
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains($"\"{Name}\"", Info("{{json .Runtimes}}"), StringComparison.Ordinal);
        string[] asked = File.ReadAllLines(_daemon.PathTo("asked"));
        File.Delete(_daemon.PathTo("asked"));
        Assert.Equal("show --property MainPID --value docker.service", asked[0]);
        Assert.Equal(isAsked ? ["reload docker.service"] : [], asked[1..]);
    }

    public void Dispose()
    {
        File.Delete(_daemon.PathTo("daemon.json.before-late"));
        _daemon.Configure();
        _daemon.Reload();
        Eventually.Equal("runc", () => Info("{{.DefaultRuntime}}"));
        _daemon.Reset();
    }

    private CommandResult HookCtl(params string[] arguments) => Answered.ByEngineOf(_daemon.PathTo("daemon.json"), () => _daemon.Host.Run(
    [
        Repository.HookCtl, arguments[0], "docker", "--name", Name, "--config-file", _daemon.PathTo("daemon.json"),
        .. arguments[1..].Select(word => (ByteString)word),
    ]));

    private string Info(string template) => _daemon.Docker("info", "--format", template).EnsureSuccess().OutputText.Trim();
}
