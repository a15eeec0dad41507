using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests rules of format <c>ocihooks/1</c> with real runtimes: variables about the container, and filters of config.json.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class RulePolicyTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "createContainer")]
    [InlineData("runc", "poststart")]
    [InlineData("crun", "poststart")]
    public async Task A_hook_is_told_the_pid_that_its_state_has(string runtime, string stage)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        string seen = Path.Combine(bench.Log.Mount, "seen");
        WriteRule(bench, stage, $"cat >{seen}.state; echo $PID >{seen}", new JsonObject { ["PATH"] = "/bin:/usr/bin", ["PID"] = "{{pid}}" });

        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();
        await bench.StartAsync(wrapped: true);

        JsonNode state = JsonNode.Parse(File.ReadAllText(seen + ".state"))!;
        Assert.Equal(((int)state["pid"]!).ToString(CultureInfo.InvariantCulture), File.ReadAllText(seen).Trim());
        Assert.Equal(LowLevelBench.Id, (string)state["id"]!);
    }

    /// <summary>crun's state in this stage has no pid.</summary>
    [Fact]
    public async Task Where_crun_tells_no_pid_the_hook_fails()
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, "crun");
        WriteRule(bench, "createContainer", "exit 0", new JsonObject { ["PID"] = "{{pid}}" });

        Assert.Contains("(exit code: 125)", (await bench.CreateAsync(wrapped: true)).ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task The_container_is_what_the_filter_makes_it(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("hostname");
        bench.Set("log", new JsonObject { ["journald"] = false });
        string before = File.ReadAllText(bench.Config);
        WriteRule(bench, "precreate", "jq -c '.hostname = \"filtered\"'", null);

        Assert.Equal("filtered\n", LowLevelBench.Silent(await bench.WrappedAsync("run", "--bundle", bench.Bundle, LowLevelBench.Id)));

        _ = (await new ExternalProgram(Repository.HookCtl, "eject", bench.Bundle).RunAsync()).EnsureSuccess();
        Assert.Equal(before, File.ReadAllText(bench.Config));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_hook_that_may_fail_by_its_rule_does_not_stop_the_container(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("echo here");
        WriteRule(bench, "createRuntime", "exit 3", null, new JsonObject { ["onFailure"] = "continue" });

        Assert.Equal("here\n", (await bench.WrappedAsync("run", "--bundle", bench.Bundle, LowLevelBench.Id)).EnsureSuccess().OutputText);
    }

    private static void WriteRule(LowLevelBench bench, string stage, string script, JsonObject? environment, JsonObject? policy = null)
    {
        JsonObject rule = policy ?? [];
        rule["version"] = "ocihooks/1";
        rule["when"] = new JsonObject { ["always"] = true };
        rule["stages"] = new JsonArray(stage);
        rule["hook"] = new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script) };
        if (environment is not null)
        {
            rule["hook"]!["env"] = environment;
        }

        File.WriteAllText(Path.Combine(bench.Rules, "a.json"), rule.ToJsonString());
    }
}
