using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests the error messages that docker run shows.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerErrorTests(DockerDaemon daemon) : IAsyncLifetime
{
    private const string Prefix = "docker: Error response from daemon: failed to create shim task: OCI runtime create failed: ";

    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Broken_rules_are_named_with_file_and_field(string runtime)
    {
        daemon.WriteRule("a.json", """{"version":"1.0.0","hook":{"path":"/bin/busybox"},"when":{"always":"yes"},"stages":["createRuntime"]}""");
        daemon.WriteRule("b.json", HookLog.Rule(daemon.Log.Hook("createRuntime"), "createRuntime"));
        daemon.WriteRule("c.json", """{"version":"1.0.0","hook":{"path":"/bin/busybox"},"when":{"always":true},"stages":["noStage"]}""");

        CommandResult result = await daemon.DockerRunAsync(runtime, "--name", "refused", DockerDaemon.Image, "true");

        Assert.Equal((125, ""), (result.ExitCode, result.OutputText.Trim()));
        Assert.StartsWith(Prefix + "the hook rules cannot be used: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{daemon.Rules}/a.json:1:", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("when.always", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"{daemon.Rules}/c.json:1:84: stages[0]", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("noStage", result.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("b.json", result.ErrorText, StringComparison.Ordinal);
        Assert.Empty(daemon.Log.Calls);

        // The same container starts after the files are fixed.
        File.Delete(Path.Combine(daemon.Rules, "a.json"));
        File.Delete(Path.Combine(daemon.Rules, "c.json"));
        _ = (await daemon.DockerAsync("start", "--attach", "refused")).EnsureSuccess();
        _ = Assert.Single(daemon.Log.Calls);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Broken_rules_and_settings_stop_no_running_container_from_anything_else(string runtime)
    {
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        daemon.WriteRule("a.json", "{");
        string settings = runtime == "hooked" ? daemon.Host.SettingsFile : daemon.PathTo("crun.json");
        string good = File.ReadAllText(settings);
        File.WriteAllText(settings, "{ \"runtime\": \"" + (runtime == "hooked" ? "runc" : "crun") + "\", \"noSuchSetting\": ");
        try
        {
            CommandResult refused = await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "true");
            Assert.Equal(125, refused.ExitCode);
            Assert.Contains(runtime == "hooked" ? "/etc/ocihooks/config.json" : settings, refused.ErrorText, StringComparison.Ordinal);
            Assert.Equal("in\n", (await daemon.DockerAsync("exec", id, "echo", "in")).EnsureSuccess().OutputText);
            _ = (await daemon.DockerAsync("pause", id)).EnsureSuccess();
            _ = (await daemon.DockerAsync("unpause", id)).EnsureSuccess();
            _ = (await daemon.DockerAsync("kill", id)).EnsureSuccess();
            await daemon.AwaitExitAsync(id);
            _ = (await daemon.DockerAsync("rm", id)).EnsureSuccess();
        }
        finally
        {
            File.WriteAllText(settings, good);
        }
    }

    [Fact]
    public async Task A_low_level_runtime_that_is_missing_gives_127()
    {
        File.WriteAllText(daemon.Host.SettingsFile, EngineSettings.Text("no-such-runtime", daemon.Rules));

        CommandResult result = await daemon.DockerRunAsync("hooked", DockerDaemon.Image, "true");

        Assert.Equal(127, result.ExitCode);
        Assert.StartsWith(Prefix, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("no-such-runtime", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("\"runtime\"", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_low_level_runtime_that_cannot_be_executed_gives_126()
    {
        File.WriteAllText(daemon.PathTo("not-executable"), "");
        File.WriteAllText(daemon.Host.SettingsFile, EngineSettings.Text(daemon.PathTo("not-executable"), daemon.Rules));

        CommandResult result = await daemon.DockerRunAsync("hooked", DockerDaemon.Image, "true");

        Assert.Equal(126, result.ExitCode);
        Assert.StartsWith(Prefix, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("not-executable", result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hooked", "not today")]
    [InlineData("hooked-crun", "exit code: 3")]
    public async Task A_failing_hook_fails_the_run_with_the_runtimes_own_message_and_what_runc_shows_of_ours(string runtime, string message)
    {
        daemon.WriteRule("a.json", HookLog.Rule(HookLog.FailingHook(3), "createRuntime"));

        CommandResult result = await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "echo", "lived");

        Assert.Equal((125, ""), (result.ExitCode, result.OutputText.Trim()));
        Assert.StartsWith(Prefix, result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);

        // crun discards the output of hooks.
        string ours = $"runc-wrap: createRuntime hook /bin/busybox ({daemon.Rules}/a.json) of container";
        Assert.Equal(runtime == "hooked", result.ErrorText.Contains(ours, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hooked", "runc")]
    [InlineData("hooked-crun", DockerDaemon.BareCrun)]
    public async Task A_command_that_is_missing_is_told_as_without_the_wrapper(string runtime, string bare)
    {
        CommandResult without = await daemon.DockerRunAsync(bare, "--rm", DockerDaemon.Image, "no-such-command");
        daemon.Log.WriteRule(daemon.Rules, "createRuntime");
        CommandResult with = await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "no-such-command");

        Assert.NotEqual(0, with.ExitCode);
        Assert.Contains("no-such-command", with.ErrorText, StringComparison.Ordinal);
        Assert.Equal((without.ExitCode, without.OutputText, without.ErrorText), (with.ExitCode, with.OutputText, with.ErrorText));
        _ = Assert.Single(daemon.Log.Calls);
    }

    public async ValueTask DisposeAsync() => await daemon.ResetAsync();
}
