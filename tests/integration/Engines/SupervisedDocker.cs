using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// The shared daemon with the hooks of one test. An environment entry marks them. Supervisors, and all processes that the hooks start,
/// inherit it.
/// </summary>
internal sealed class SupervisedDocker(DockerDaemon daemon) : IAsyncLifetime
{
    private readonly HookMark _mark = new();

    public DockerDaemon Daemon => daemon;

    /// <summary>The path of the file of events.</summary>
    public string EventFile => Daemon.PathTo("events.json");

    /// <summary>The events about hooks that have ended.</summary>
    public IReadOnlyList<JsonNode> Endings => !File.Exists(EventFile)
        ? []
        : [.. File.ReadAllLines(EventFile).Select(line => JsonNode.Parse(line)!).Where(one => one["ocihooksEnd"] is not null)];

    /// <summary>The processes of hooks and supervisors, by their IDs on the machine.</summary>
    public IReadOnlyList<int> Processes => _mark.Processes;

    public async ValueTask InitializeAsync()
    {
        await Daemon.ResetAsync();
        Set();
    }

    /// <summary>Writes the settings of both runtimes, with some changed.</summary>
    public void Set(params (string Key, JsonNode Value)[] settings)
    {
        foreach ((string file, string runtime) in new[] { (Daemon.Host.SettingsFile, "runc"), (Daemon.PathTo("crun.json"), "crun") })
        {
            JsonNode all = JsonNode.Parse(EngineSettings.Text(runtime, Daemon.Rules))!;
            all["log"]!["file"] = EventFile;
            foreach ((string key, JsonNode value) in settings)
            {
                all[key] = value.DeepClone();
            }

            File.WriteAllText(file, all.ToJsonString());
        }
    }

    public string RulePath(string name) => Path.Combine(Daemon.Rules, name);

    /// <summary>Writes a rule whose hook is a shell script.</summary>
    public void WriteRule(string name, string stage, string script, params IEnumerable<string> arguments) =>
        WriteRule(name, stage, timeout: null, script, arguments);

    /// <summary>Writes a rule whose hook is a shell script that does not end, with a timeout of one second.</summary>
    public void WriteHangingRule(string name, string stage, string script) => WriteRule(name, stage, timeout: 1, script, []);

    private void WriteRule(string name, string stage, int? timeout, string script, IEnumerable<string> arguments)
    {
        var hook = new JsonObject
        {
            ["path"] = "/bin/busybox",
            ["args"] = new JsonArray([.. new[] { "sh", "-c", script, "sh" }.Concat(arguments).Select(word => (JsonNode)word)]),
            ["env"] = new JsonArray(_mark.Entry, "PATH=/bin:/usr/bin"),
        };
        if (timeout is not null)
        {
            hook["timeout"] = timeout;
        }

        Daemon.WriteRule(name, HookLog.Rule(hook, stage));
    }

    /// <summary>Writes a rule whose hook runs a script and then logs its call.</summary>
    public void WriteLoggingRule(string name, string stage, string before = "") =>
        WriteRule(
            name, stage, before + "read -r state; echo \"$1 hook $state\" >>\"$2\"", stage, Path.Combine(Daemon.Log.Mount, "hooks.log"));

    /// <summary>Waits until no process is left. Docker may report a container's end before its last hook has ended.</summary>
    public void AssertNothingIsLeft() => _mark.AssertNoProcesses();

    public async ValueTask DisposeAsync()
    {
        _mark.Dispose();
        File.Delete(EventFile);
        File.WriteAllText(Daemon.PathTo("crun.json"), EngineSettings.Text("crun", Daemon.Rules));
        await Daemon.ResetAsync();
    }
}
