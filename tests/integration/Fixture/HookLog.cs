using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>Hooks that append their stage, a name and the state they got to a file, and what they wrote there.</summary>
internal sealed class HookLog
{
    /// <summary>The stages as rules have them.</summary>
    public static readonly string[] Stages = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    // A hook must read its state, or crun's write of it kills crun. Builtins only: a hook may have no PATH.
    private const string Script = "read -r state; echo \"$0 $1 $state\" >>\"$2\"";

    public HookLog(string directory)
    {
        Mount = Directory.CreateDirectory(directory).FullName;
        Clear();
    }

    /// <summary>To be mounted in containers at the same path: startContainer hooks run in there.</summary>
    public string Mount { get; }

    /// <summary>What the hooks noted, in the order in which they ran.</summary>
    public IReadOnlyList<HookCall> Calls => [.. File.ReadAllLines(LogFile).Select(HookCall.Parse)];

    /// <summary>The stages of <see cref="Calls"/>.</summary>
    public IEnumerable<string> CalledStages => Calls.Select(call => call.Stage);

    /// <summary>
    /// Fails unless the hooks of one container's whole life ran, each once and in order. When a startContainer hook runs is up to the
    /// runtime: runc's poststart hooks run in create, and crun does not wait for the container before it runs them.
    /// </summary>
    public void AssertWholeLife(string id)
    {
        List<string> stages = [.. CalledStages];
        Assert.Equal(Stages.Where(stage => stage != "startContainer"), stages.Where(stage => stage != "startContainer"));
        Assert.Equal(Stages.Length, stages.Count);
        Assert.InRange(stages.IndexOf("startContainer"), stages.IndexOf("createContainer") + 1, stages.IndexOf("poststop") - 1);
        Assert.All(Calls, call => Assert.Equal(id, call.Id));
    }

    /// <summary>Waits for the last hook of a start: crun's start does not.</summary>
    public void AwaitStarted(string id) => Eventually.Equal(
        Stages.Length - 1, () => Calls.Where(call => call.Id == id && call.Stage != "poststop").Select(call => call.Stage).Distinct().Count());

    /// <summary>Waits for the last hook of a container: the engine may tell of its end before it deletes it.</summary>
    public void AwaitDeleted() => Eventually.True(() => CalledStages.Contains("poststop"), "the container is deleted");

    private string LogFile => Path.Combine(Mount, "hooks.log");

    public void Clear() => File.WriteAllText(LogFile, "");

    /// <summary>A hook, as config.json and rules have it. The static busybox is at the same path in every container of the tests.</summary>
    public JsonObject Hook(string stage, string name = "hook") => Shell(Script, stage, name, LogFile);

    /// <summary>A hook that complains and fails.</summary>
    public static JsonObject FailingHook(int exitCode) => Shell($"read -r state; echo not today >&2; exit {exitCode}", "sh");

    /// <summary>A rule that matches every container.</summary>
    public static string Rule(JsonObject hook, string stage) => Rule(hook, stage, new JsonObject { ["always"] = true });

    public static string Rule(JsonObject hook, string stage, JsonObject when) => new JsonObject
    {
        ["version"] = "1.0.0",
        ["hook"] = hook,
        ["when"] = when,
        ["stages"] = new JsonArray(stage),
    }.ToJsonString();

    /// <summary>Writes rules of format ocihooks/1, each with a createRuntime hook that notes the rule's name.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="rules">Names and conditions, these as JSON.</param>
    public void WriteConditions(string directory, params IEnumerable<(string Name, string When)> rules)
    {
        foreach ((string name, string when) in rules)
        {
            File.WriteAllText(Path.Combine(directory, $"{name}.json"), new JsonObject
            {
                ["version"] = "ocihooks/1",
                ["when"] = JsonNode.Parse(when),
                ["hook"] = Hook("createRuntime", name),
                ["stages"] = new JsonArray("createRuntime"),
            }.ToJsonString());
        }
    }

    /// <summary>Writes a rule for each stage.</summary>
    public void WriteRules(string directory)
    {
        foreach (string stage in Stages)
        {
            WriteRule(directory, stage);
        }
    }

    public void WriteRule(string directory, string stage) =>
        File.WriteAllText(Path.Combine(directory, RuleName(stage)), Rule(Hook(stage), stage));

    /// <summary>The name of a stage's rule file: the files are in the order of the stages.</summary>
    public static string RuleName(string stage) => $"{Array.IndexOf(Stages, stage)}-{stage}.json";

    // No timeout: crun's, bare too, now and then misses that a hook has ended, waits for the time to pass, and fails.
    private static JsonObject Shell(string script, params string[] arguments) => new()
    {
        ["path"] = "/bin/busybox",
        ["args"] = new JsonArray([.. new[] { "sh", "-c", script }.Concat(arguments).Select(argument => (JsonNode)argument)]),
    };
}
