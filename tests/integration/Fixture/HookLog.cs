using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>Hooks that append their stage, a name and their state to a file, and the calls in that file.</summary>
internal sealed class HookLog
{
    /// <summary>The stages that rules may name.</summary>
    public static readonly string[] Stages = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    // A hook must read its state, or SIGPIPE kills crun. The script uses builtins only, because a hook may have no PATH.
    private const string Script = "read -r state; echo \"$0 $1 $state\" >>\"$2\"";

    public HookLog(string directory)
    {
        Mount = Directory.CreateDirectory(directory).FullName;
        Clear();
    }

    /// <summary>The directory to mount in containers at the same path, because startContainer hooks run in the container.</summary>
    public string Mount { get; }

    /// <summary>The hooks' calls, in the order in which they ran.</summary>
    public IReadOnlyList<HookCall> Calls => [.. File.ReadAllLines(LogFile).Select(HookCall.Parse)];

    /// <summary>The stages of <see cref="Calls"/>.</summary>
    public IEnumerable<string> CalledStages => Calls.Select(call => call.Stage);

    /// <summary>
    /// Fails unless the hooks of one container's whole life ran, each once and in order. The position of startContainer depends on the
    /// runtime: runc runs poststart hooks in create, and crun does not wait for the container before it runs them.
    /// </summary>
    public void AssertWholeLife(string id)
    {
        List<string> stages = [.. CalledStages];
        Assert.Equal(Stages.Where(stage => stage != "startContainer"), stages.Where(stage => stage != "startContainer"));
        Assert.Equal(Stages.Length, stages.Count);
        Assert.InRange(stages.IndexOf("startContainer"), stages.IndexOf("createContainer") + 1, stages.IndexOf("poststop") - 1);
        Assert.All(Calls, call => Assert.Equal(id, call.Id));
    }

    /// <summary>Waits for the last hook of a start, because crun's start does not.</summary>
    public void AwaitStarted(string id) => Eventually.Equal(
        Stages.Length - 1, () => Calls.Where(call => call.Id == id && call.Stage != "poststop").Select(call => call.Stage).Distinct().Count());

    /// <summary>Waits for the last hook of a container. The engine may report its end before it deletes it.</summary>
    public void AwaitDeleted() => Eventually.True(() => CalledStages.Contains("poststop"), "the container is deleted");

    private string LogFile => Path.Combine(Mount, "hooks.log");

    public void Clear() => File.WriteAllText(LogFile, "");

    /// <summary>
    /// Returns a hook in the format of config.json and rules. The static busybox has the same path in every container of the tests.
    /// </summary>
    public JsonObject Hook(string stage, string name = "hook") => Shell(Script, stage, name, LogFile);

    /// <summary>Returns a hook that writes an error and fails.</summary>
    public static JsonObject FailingHook(int exitCode) => Shell($"read -r state; echo not today >&2; exit {exitCode}", "sh");

    /// <summary>Returns a rule that matches every container.</summary>
    public static string Rule(JsonObject hook, string stage) => Rule(hook, stage, new JsonObject { ["always"] = true });

    public static string Rule(JsonObject hook, string stage, JsonObject when) => new JsonObject
    {
        ["version"] = "1.0.0",
        ["hook"] = hook,
        ["when"] = when,
        ["stages"] = new JsonArray(stage),
    }.ToJsonString();

    /// <summary>Writes rules of format ocihooks/1, each with a createRuntime hook that logs the rule's name.</summary>
    /// <param name="directory">The directory for them.</param>
    /// <param name="rules">Names, and conditions as JSON.</param>
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

    /// <summary>Returns the name of a stage's rule file. The names sort in the order of the stages.</summary>
    public static string RuleName(string stage) => $"{Array.IndexOf(Stages, stage)}-{stage}.json";

    // No timeout: with one, crun sometimes misses that a hook has ended, waits for the timeout, and fails. So does crun alone.
    private static JsonObject Shell(string script, params string[] arguments) => new()
    {
        ["path"] = "/bin/busybox",
        ["args"] = new JsonArray([.. new[] { "sh", "-c", script }.Concat(arguments).Select(argument => (JsonNode)argument)]),
    };
}
