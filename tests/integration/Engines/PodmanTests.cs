using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests podman --runtime.</summary>
[Trait("Needs", "root")]
public sealed class PodmanTests(PodmanHost podman) : IClassFixture<PodmanHost>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await podman.ResetAsync();

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_gives_the_containers_output_and_exit_code(string runtime)
    {
        await podman.ResetAsync(runtime);
        podman.Log.WriteRules(podman.Rules);

        CommandResult result = await podman.PodmanAsync(["run", "--rm", "--cidfile", podman.PathTo(runtime),
            .. podman.RunOptions(), PodmanHost.Image, "sh", "-c", "echo out; echo err >&2; exit 7"]);

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, result.ErrorText, result.ExitCode));
        podman.Log.AssertWholeLife(File.ReadAllText(podman.PathTo(runtime)));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_on_a_terminal_has_one(string runtime)
    {
        await podman.ResetAsync(runtime);
        CommandResult result = await podman.Host.RunOnTerminalAsync("typed\n", podman.CommandLine(
            ["run", "--rm", "--interactive", "--tty", .. podman.RunOptions(), PodmanHost.Image,
            "sh", "-c", "read -r line; echo \"got $line\"; tty; exit 5"]));

        Assert.Equal(5, result.ExitCode);
        Assert.EndsWith("got typed\r\n/dev/pts/0\r\n", result.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_container_can_be_entered_stopped_started_and_removed(string runtime)
    {
        await podman.ResetAsync(runtime);
        podman.Log.WriteRules(podman.Rules);
        string id = (await podman.PodmanAsync(["run", "--detach", .. podman.RunOptions(), PodmanHost.Image,
            "sh", "-c", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done"])).EnsureSuccess().OutputText.Trim();
        await Eventually.EqualAsync("ready\n", async () => (await podman.PodmanAsync("logs", id)).OutputText);

        CommandResult exec = await podman.PodmanAsync("exec", id, "sh", "-c", "echo in; echo err >&2; exit 9");
        Assert.Equal(("in\n", "err\n", 9), (exec.OutputText, exec.ErrorText, exec.ExitCode));
        Assert.Equal(127, (await podman.PodmanAsync("exec", id, "no-such-command")).ExitCode);
        _ = (await podman.PodmanAsync("pause", id)).EnsureSuccess();
        _ = (await podman.PodmanAsync("unpause", id)).EnsureSuccess();

        // Podman runs delete without a PATH, and the wrapper must still find the runtime.
        CommandResult stop = (await podman.PodmanAsync("stop", "--time", "600", id)).EnsureSuccess();
        Assert.Equal("", stop.ErrorText);
        Assert.Equal("exited 6", await StatusAsync(id));
        podman.Log.AssertWholeLife(id);

        podman.Log.Clear();
        _ = (await podman.PodmanAsync("start", id)).EnsureSuccess();
        podman.Log.AwaitStarted(id);
        _ = (await podman.PodmanAsync("kill", id)).EnsureSuccess();
        await Eventually.EqualAsync("exited 137", () => StatusAsync(id));
        CommandResult remove = (await podman.PodmanAsync("rm", id)).EnsureSuccess();
        Assert.Equal("", remove.ErrorText);
        podman.Log.AssertWholeLife(id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_broken_rule_is_told_to_the_user(string runtime)
    {
        await podman.ResetAsync(runtime);
        File.WriteAllText(Path.Combine(podman.Rules, "a.json"), "{");

        CommandResult result = await podman.PodmanAsync(["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "true"]);

        Assert.Equal(126, result.ExitCode);
        Assert.Contains("the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{podman.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("not found", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>Podman's cleanup after a container does not get the flag, so it deletes with the default settings.</summary>
    [Fact]
    public async Task Other_settings_can_be_named_by_a_runtime_flag()
    {
        string rules = Directory.CreateDirectory(podman.PathTo("other.d")).FullName;
        File.WriteAllText(podman.PathTo("other.json"), EngineSettings.Text("runc", rules));
        podman.Log.WriteRule(rules, "createRuntime");
        podman.Log.WriteRule(podman.Rules, "poststart");

        CommandResult result = await podman.PodmanAsync(["--runtime-flag", $"wrap-config={podman.PathTo("other.json")}"],
            ["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "echo", "out"]);

        Assert.Equal(("out\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Assert.Equal(["createRuntime"], podman.Log.CalledStages);
    }

    public async ValueTask DisposeAsync() => await podman.ResetAsync();

    private async Task<string> StatusAsync(string id) =>
        (await podman.PodmanAsync("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id)).EnsureSuccess().OutputText.Trim();
}
