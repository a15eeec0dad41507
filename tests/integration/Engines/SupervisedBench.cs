using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>A bundle with shell scripts as hooks, the events of their supervisors, and a mark that finds processes left behind.</summary>
internal sealed class SupervisedBench : IAsyncDisposable
{
    private readonly HookMark _mark = new();

    private SupervisedBench(LowLevelBench lowLevel, double? timeout)
    {
        LowLevel = lowLevel;
        LowLevel.SetProcess("echo lived");
        LowLevel.Set("log", new JsonObject { ["journald"] = false, ["file"] = LowLevel.PathTo("events") });
        LowLevel.Set("hookTimeout", timeout ?? TestTimeout.Limit.TotalSeconds);
        LowLevel.Set("hookKillGrace", 0.3);
        Notes = Directory.CreateDirectory(LowLevel.PathTo("notes")).FullName;
    }

    /// <param name="host">The host of the containers.</param>
    /// <param name="runtime">The low-level runtime.</param>
    /// <param name="timeout">The hooks' timeout, in seconds; null for none.</param>
    public static async Task<SupervisedBench> MakeAsync(LowLevelHost host, string runtime, double? timeout = null) =>
        new(await LowLevelBench.MakeAsync(host, runtime), timeout);

    public LowLevelBench LowLevel { get; }

    public HookMark Mark => _mark;

    /// <summary>A directory for the files of hooks, which get its path as $1.</summary>
    public string Notes { get; }

    /// <summary>The events that the supervisors logged at the end of hooks.</summary>
    public IReadOnlyList<JsonNode> Ended => [.. File.ReadAllLines(LowLevel.PathTo("events"))
        .Select(line => JsonNode.Parse(line)!)
        .Where(line => line["ocihooksTimedOut"] is not null)];

    public string Note(string name) => Path.Combine(Notes, name);

    /// <summary>Returns a hook that is a shell script, in the format of config.json and rules.</summary>
    public JsonObject Hook(string script) => Hook("/bin/busybox", "sh", "-c", script, "sh", Notes);

    public JsonObject Hook(string path, params string[] arguments) => new()
    {
        ["path"] = path,
        ["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]),
        ["env"] = new JsonArray("PATH=/bin:/usr/bin", _mark.Entry),
    };

    public void AddRule(string stage, string script, string name = "a") => AddRule(stage, Hook(script), name);

    public void AddRule(string stage, JsonObject hook, string name = "a", bool? supervise = null)
    {
        JsonNode rule = JsonNode.Parse(HookLog.Rule(hook, stage))!;
        if (supervise is { } wanted)
        {
            rule["version"] = "ocihooks/1";
            rule["hook"]!["env"] = new JsonObject(rule["hook"]!["env"]!.AsArray().Select(variable =>
                KeyValuePair.Create<string, JsonNode?>(variable!.ToString().Split('=')[0], variable.ToString().Split('=', 2)[1])));
            rule["supervise"] = wanted;
        }

        File.WriteAllText(Path.Combine(LowLevel.Rules, name + ".json"), rule.ToJsonString());
    }

    public Task<CommandResult> CreateAsync() => LowLevel.CreateAsync(wrapped: true);

    /// <summary>Creates and starts the container, waits for its end and deletes it.</summary>
    public async Task LiveAndDieAsync()
    {
        Assert.Equal("", LowLevelBench.Silent(await CreateAsync()));
        await StartAndDieAsync();
    }

    public async Task StartAndDieAsync()
    {
        await LowLevel.StartAsync(wrapped: true);
        await LowLevel.AwaitStoppedAsync();
        Assert.Equal("lived\n", LowLevel.Output);
        Assert.Equal("", LowLevelBench.Silent(await LowLevel.WrappedAsync("delete", LowLevelBench.Id)));
    }

    /// <summary>Returns the stage into which the wrapper injects a rule's hooks.</summary>
    public static string PlaceOf(string stage) => stage == "prestart" ? "createRuntime" : stage;

    /// <summary>Returns a hook as the wrapper wrote it into the configuration.</summary>
    public JsonNode Injected(string stage) => Assert.Single(LowLevel.ReadConfig()["hooks"]![stage]!.AsArray())!;

    public async ValueTask DisposeAsync()
    {
        _mark.Dispose();
        await LowLevel.DisposeAsync();
    }
}
