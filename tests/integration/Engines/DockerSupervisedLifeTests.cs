using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Supervised hooks over the life of a container, during which daemon, wrapper, rules and settings may change.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerSupervisedLifeTests : IDisposable
{
    private readonly SupervisedDocker _docker;
    private readonly DockerDaemon _daemon;

    public DockerSupervisedLifeTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _docker = new SupervisedDocker(daemon);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Exec_restart_and_stop_have_each_stages_hook_run_when_it_is_due(string runtime)
    {
        WriteRules();
        string id = _daemon.DockerRunDetached(
            runtime, DockerDaemon.Image, "sh", "-c", "trap 'exit 6' TERM; echo ready; while :; do sleep 0.05; done");
        Eventually.Equal(4, () => _docker.Endings.Count);

        Assert.Equal("in\n", _daemon.Docker("exec", id, "echo", "in").EnsureSuccess().OutputText);
        Assert.Equal(4, _docker.Endings.Count);
        AwaitOutput("ready\n");
        _ = _daemon.Docker("restart", "--time", "600", id).EnsureSuccess();
        Eventually.Equal(9, () => _docker.Endings.Count);
        AwaitOutput("ready\nready\n");
        _ = _daemon.Docker("stop", "--time", "600", id).EnsureSuccess();
        Eventually.Equal(10, () => _docker.Endings.Count);

        Assert.Equal([.. JournalBench.RunStages, .. JournalBench.RunStages], Stages());
        Assert.Equal("6", _daemon.Inspect(id, "{{.State.ExitCode}}"));
        AssertAllSucceeded(id);

        // Before it has said how it takes the signal, the first process does not get it.
        void AwaitOutput(string text) => Eventually.Equal(text, () => _daemon.Docker("logs", id).OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_container_that_outlived_its_daemon_has_its_last_hook_supervised(string runtime)
    {
        WriteRules();
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");
        Eventually.Equal(4, () => _docker.Endings.Count);

        _daemon.Restart();
        Assert.Equal("in\n", _daemon.Docker("exec", id, "echo", "in").EnsureSuccess().OutputText);
        _ = _daemon.Docker("rm", "--force", id).EnsureSuccess();

        Eventually.Equal(5, () => _docker.Endings.Count);
        Assert.Equal(JournalBench.RunStages, Stages());
        AssertAllSucceeded(id);
    }

    [Fact]
    public void A_wrapper_that_was_replaced_meanwhile_supervises_the_last_hook()
    {
        string wrapper = Path.Combine(Directory.CreateDirectory(_daemon.PathTo("installed")).FullName, "runc-wrap");
        _ = Executable.Copy(Repository.Wrapper, wrapper);
        Register("replaced", wrapper);
        try
        {
            const string Note = "cat >/dev/null; echo \"$1 $(stat -L -c %i /proc/$PPID/exe)\" >>\"$2\"";
            string notes = _daemon.PathTo("supervisors");
            File.Delete(notes);
            foreach (string stage in new[] { "createRuntime", "poststop" })
            {
                _docker.WriteRule(stage + ".json", stage, Note, stage, notes);
            }

            string before = Inode(wrapper);
            string id = _daemon.DockerRunDetached("replaced", DockerDaemon.Image, "sleep", "1000");
            _ = Executable.Copy(Repository.Wrapper, wrapper + ".new");
            File.Move(wrapper + ".new", wrapper, overwrite: true);
            Assert.NotEqual(before, Inode(wrapper));
            _ = _daemon.Docker("rm", "--force", id).EnsureSuccess();

            Eventually.Equal(2, () => _docker.Endings.Count);
            Assert.Equal([$"createRuntime {before}", $"poststop {Inode(wrapper)}"], File.ReadAllLines(notes));
            AssertAllSucceeded(id);
        }
        finally
        {
            _daemon.Configure();
            _daemon.Reload();
        }
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void The_last_hook_needs_neither_its_rule_nor_the_settings_any_more(string runtime)
    {
        _docker.WriteLoggingRule("last.json", "poststop");
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");
        File.Delete(_docker.RulePath("last.json"));
        _docker.Set(("log", new JsonObject { ["journald"] = false }));

        _ = _daemon.Docker("rm", "--force", id).EnsureSuccess();

        Eventually.Equal("poststop", () => string.Join(' ', Stages()));
        Assert.Equal(id, Assert.Single(_daemon.Log.Calls).Id);
        AssertAllSucceeded(id);
    }

    public void Dispose() => _docker.Dispose();

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

    private static string Inode(string file) => new Command("stat", "-c", "%i", file).Run().EnsureSuccess().OutputText.Trim();

    private void Register(string name, string path)
    {
        string file = _daemon.PathTo("daemon.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(file))!;
        config["runtimes"]![name] = new JsonObject { ["path"] = path };
        File.WriteAllText(file, config.ToJsonString());
        _daemon.Reload();
        string isKnown = $"{{{{if index .Runtimes \"{name}\"}}}}true{{{{end}}}}";
        Eventually.Equal("true", () => _daemon.Docker("info", "--format", isKnown).OutputText.Trim());
    }
}
