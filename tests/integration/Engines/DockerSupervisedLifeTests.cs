using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests supervised hooks over a container's life, while daemon, wrapper, rules and settings may change.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerSupervisedLifeTests(DockerDaemon daemon) : IAsyncLifetime
{
    private readonly SupervisedDocker _docker = new(daemon);

    public ValueTask InitializeAsync() => _docker.InitializeAsync();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Exec_restart_and_stop_have_each_stages_hook_run_when_it_is_due(string runtime)
    {
        WriteRules();
        string id = await daemon.DockerRunDetachedAsync(
            runtime, DockerDaemon.Image, "sh", "-c", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done");
        Eventually.Equal(4, () => _docker.Endings.Count);

        Assert.Equal("in\n", (await daemon.DockerAsync("exec", id, "echo", "in")).EnsureSuccess().OutputText);
        Assert.Equal(4, _docker.Endings.Count);
        await AwaitOutputAsync("ready\n");
        _ = (await daemon.DockerAsync("restart", "--time", "600", id)).EnsureSuccess();
        Eventually.Equal(9, () => _docker.Endings.Count);
        await AwaitOutputAsync("ready\nready\n");
        _ = (await daemon.DockerAsync("stop", "--time", "600", id)).EnsureSuccess();
        Eventually.Equal(10, () => _docker.Endings.Count);

        Assert.Equal([.. JournalBench.RunStages, .. JournalBench.RunStages], Stages());
        Assert.Equal("6", await daemon.InspectAsync(id, "{{.State.ExitCode}}"));
        AssertAllSucceeded(id);

        // The first process does not receive the signal before it has installed a handler.
        Task AwaitOutputAsync(string text) => Eventually.EqualAsync(text, async () => (await daemon.DockerAsync("logs", id)).OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_container_that_outlived_itsdaemon_has_its_last_hook_supervised(string runtime)
    {
        WriteRules();
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        Eventually.Equal(4, () => _docker.Endings.Count);

        await daemon.RestartAsync();
        Assert.Equal("in\n", (await daemon.DockerAsync("exec", id, "echo", "in")).EnsureSuccess().OutputText);
        _ = (await daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();

        Eventually.Equal(5, () => _docker.Endings.Count);
        Assert.Equal(JournalBench.RunStages, Stages());
        AssertAllSucceeded(id);
    }

    [Fact]
    public async Task A_wrapper_that_was_replaced_meanwhile_supervises_the_last_hook()
    {
        string wrapper = Path.Combine(Directory.CreateDirectory(daemon.PathTo("installed")).FullName, "runc-wrap");
        _ = Executable.Copy(Repository.Wrapper, wrapper);
        await RegisterAsync("replaced", wrapper);
        try
        {
            const string Note = "cat >/dev/null; echo \"$1 $(stat -L -c %i /proc/$PPID/exe)\" >>\"$2\"";
            string notes = daemon.PathTo("supervisors");
            File.Delete(notes);
            foreach (string stage in new[] { "createRuntime", "poststop" })
            {
                _docker.WriteRule(stage + ".json", stage, Note, stage, notes);
            }

            string before = await InodeAsync(wrapper);
            string id = await daemon.DockerRunDetachedAsync("replaced", DockerDaemon.Image, "sleep", "1000");
            _ = Executable.Copy(Repository.Wrapper, wrapper + ".new");
            File.Move(wrapper + ".new", wrapper, overwrite: true);
            Assert.NotEqual(before, await InodeAsync(wrapper));
            _ = (await daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();

            Eventually.Equal(2, () => _docker.Endings.Count);
            Assert.Equal([$"createRuntime {before}", $"poststop {await InodeAsync(wrapper)}"], File.ReadAllLines(notes));
            AssertAllSucceeded(id);
        }
        finally
        {
            daemon.Configure();
            await daemon.ReloadAsync();
        }
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task The_last_hook_needs_neither_its_rule_nor_the_settings_any_more(string runtime)
    {
        _docker.WriteLoggingRule("last.json", "poststop");
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");
        File.Delete(_docker.RulePath("last.json"));
        _docker.Set(("log", new JsonObject { ["journald"] = false }));

        _ = (await daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();

        Eventually.Equal("poststop", () => string.Join(' ', Stages()));
        Assert.Equal(id, Assert.Single(daemon.Log.Calls).Id);
        AssertAllSucceeded(id);
    }

    public ValueTask DisposeAsync() => _docker.DisposeAsync();

    private void WriteRules()
    {
        foreach ((int i, string stage) in JournalBench.SupervisedStages.Index())
        {
            _docker.WriteLoggingRule($"{i}.json", stage);
        }
    }

    private IEnumerable<string> Stages() => _docker.Endings.Select(one => (string)one["ocihooksStage"]!);

    private void AssertAllSucceeded(string id)
    {
        Assert.All(_docker.Endings, one => Assert.Equal((id, "information"), ((string?)one["containerId"], (string?)one["level"])));
        _docker.AssertNothingIsLeft();
    }

    private static async Task<string> InodeAsync(string file) =>
        (await new ExternalProgram("stat", "-c", "%i", file).RunAsync()).EnsureSuccess().OutputText.Trim();

    private async Task RegisterAsync(string name, string path)
    {
        string file = daemon.PathTo("daemon.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(file))!;
        config["runtimes"]![name] = new JsonObject { ["path"] = path };
        File.WriteAllText(file, config.ToJsonString());
        await daemon.ReloadAsync();
        string isKnown = $"{{{{if index .Runtimes \"{name}\"}}}}true{{{{end}}}}";
        await Eventually.EqualAsync("true", async () => (await daemon.DockerAsync("info", "--format", isKnown)).OutputText.Trim());
    }
}
