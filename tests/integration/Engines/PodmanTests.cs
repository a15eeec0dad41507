using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>podman --runtime.</summary>
[Trait("Needs", "root")]
public sealed class PodmanTests : IClassFixture<PodmanHost>, IDisposable
{
    private readonly PodmanHost _podman;

    public PodmanTests(PodmanHost podman)
    {
        _podman = podman;
        _podman.Reset();
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_run_gives_the_containers_output_and_exit_code(string runtime)
    {
        _podman.Reset(runtime);
        _podman.Log.WriteRules(_podman.Rules);

        CommandResult result = _podman.Podman(["run", "--rm", "--cidfile", _podman.PathTo(runtime),
            .. _podman.RunOptions(), PodmanHost.Image, "sh", "-c", "echo out; echo err >&2; exit 7"]);

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, result.ErrorText, result.ExitCode));
        _podman.Log.AssertWholeLife(File.ReadAllText(_podman.PathTo(runtime)));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_run_on_a_terminal_has_one(string runtime)
    {
        _podman.Reset(runtime);
        CommandResult result = _podman.Host.RunOnTerminal("typed\n", _podman.CommandLine(
            ["run", "--rm", "--interactive", "--tty", .. _podman.RunOptions(), PodmanHost.Image,
            "sh", "-c", "read -r line; echo \"got $line\"; tty; exit 5"]));

        Assert.Equal(5, result.ExitCode);
        Assert.EndsWith("got typed\r\n/dev/pts/0\r\n", result.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_container_can_be_entered_stopped_started_and_removed(string runtime)
    {
        _podman.Reset(runtime);
        _podman.Log.WriteRules(_podman.Rules);
        string id = _podman.Podman(["run", "--detach", .. _podman.RunOptions(), PodmanHost.Image,
            "sh", "-c", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done"]).EnsureSuccess().OutputText.Trim();
        Eventually.Equal("ready\n", () => _podman.Podman("logs", id).OutputText);

        CommandResult exec = _podman.Podman("exec", id, "sh", "-c", "echo in; echo err >&2; exit 9");
        Assert.Equal(("in\n", "err\n", 9), (exec.OutputText, exec.ErrorText, exec.ExitCode));
        Assert.Equal(127, _podman.Podman("exec", id, "no-such-command").ExitCode);
        _ = _podman.Podman("pause", id).EnsureSuccess();
        _ = _podman.Podman("unpause", id).EnsureSuccess();

        // Podman deletes without a PATH: the wrapper must find the runtime all the same.
        CommandResult stop = _podman.Podman("stop", "--time", "600", id).EnsureSuccess();
        Assert.Equal("", stop.ErrorText);
        Assert.Equal("exited 6", Status(id));
        _podman.Log.AssertWholeLife(id);

        _podman.Log.Clear();
        _ = _podman.Podman("start", id).EnsureSuccess();
        _podman.Log.AwaitStarted(id);
        _ = _podman.Podman("kill", id).EnsureSuccess();
        Eventually.Equal("exited 137", () => Status(id));
        CommandResult remove = _podman.Podman("rm", id).EnsureSuccess();
        Assert.Equal("", remove.ErrorText);
        _podman.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_broken_rule_is_told_to_the_user(string runtime)
    {
        _podman.Reset(runtime);
        File.WriteAllText(Path.Combine(_podman.Rules, "a.json"), "{");

        CommandResult result = _podman.Podman(["run", "--rm", .. _podman.RunOptions(), PodmanHost.Image, "true"]);

        Assert.Equal(126, result.ExitCode);
        Assert.Contains("the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{_podman.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("not found", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Podman's own clean-up after a container does not get the flag, and deletes with the default settings.</summary>
    [Fact]
    public void Other_settings_can_be_named_by_a_runtime_flag()
    {
        string rules = Directory.CreateDirectory(_podman.PathTo("other.d")).FullName;
        File.WriteAllText(_podman.PathTo("other.json"), EngineSettings.Text("runc", rules));
        _podman.Log.WriteRule(rules, "createRuntime");
        _podman.Log.WriteRule(_podman.Rules, "poststart");

        CommandResult result = _podman.Podman(["--runtime-flag", $"wrap-config={_podman.PathTo("other.json")}"],
            ["run", "--rm", .. _podman.RunOptions(), PodmanHost.Image, "echo", "out"]);

        Assert.Equal(("out\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Assert.Equal(["createRuntime"], _podman.Log.CalledStages);
    }

    public void Dispose() => _podman.Reset();

    private string Status(string id) =>
        _podman.Podman("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id).EnsureSuccess().OutputText.Trim();
}
