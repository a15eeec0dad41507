using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests that real runtimes run hooks from rules as if they were written into config.json by hand.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class LowLevelHookTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Hooks_get_the_state_they_get_when_written_by_hand(string runtime)
    {
        (IReadOnlyList<HookCall> bare, string bareBundle) = await CallsAsync(runtime, bench => bench.SetHooks(
            [.. HookLog.Stages.Select(stage => (stage, bench.Log.Hook(stage)))]));
        (IReadOnlyList<HookCall> injected, string bundle) = await CallsAsync(runtime, bench => bench.Log.WriteRules(bench.Rules));

        Assert.Equal(bare.OrderBy(call => call.Stage), injected.OrderBy(call => call.Stage)
            .Select(call => call with { Bundle = call.Bundle.Replace(bundle, bareBundle, StringComparison.Ordinal) }));
        Assert.Equal(bundle, injected[0].Bundle);
        Assert.Equal("stopped", injected[^1].Status);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Rules_come_in_the_order_of_their_names_and_after_the_containers_own_hooks(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetHooks(("createRuntime", bench.Log.Hook("createRuntime", "own")));
        foreach (string name in new[] { "b", "C", "a" })
        {
            File.WriteAllText(Path.Combine(bench.Rules, name + ".json"), HookLog.Rule(bench.Log.Hook("createRuntime", name), "createRuntime"));
        }

        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();

        Assert.Equal(["own", "a", "b", "C"], bench.Log.Calls.Select(call => call.Name));
    }

    /// <summary>crun's own tests have such a number.</summary>
    [Fact]
    public async Task A_number_for_an_argument_that_crun_takes_is_no_matter_of_rules_that_do_not_ask()
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, "crun");
        JsonNode config = bench.ReadConfig();
        config["process"]!["args"] = new JsonArray("sh", "-c", "echo \"<$0>\"", 0);
        bench.WriteConfig(config);
        string bare = LowLevelBench.Silent(await bench.BareAsync("run", LowLevelBench.Id));
        bench.Log.WriteRules(bench.Rules);

        Assert.Equal(bare, LowLevelBench.Silent(await bench.WrappedAsync("run", LowLevelBench.Id)));
        Assert.NotEmpty(bench.Log.Calls);
    }

    [Theory]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "createContainer")]
    [InlineData("crun", "createContainer")]
    [InlineData("runc", "startContainer")]
    [InlineData("crun", "startContainer")]
    [InlineData("runc", "poststart")]
    [InlineData("crun", "poststart")]
    [InlineData("runc", "poststop")]
    [InlineData("crun", "poststop")]
    public async Task A_failing_hook_without_supervisor_fails_as_it_does_when_written_by_hand(string runtime, string stage)
    {
        List<RuntimeMessage> bare = await LifeAsync(wrapped: false, runtime, bench => bench.SetHooks((stage, HookLog.FailingHook(3))));
        List<RuntimeMessage> injected = await LifeAsync(wrapped: true, runtime,
            bench =>
            {
                bench.Set("supervise", false);
                File.WriteAllText(Path.Combine(bench.Rules, "a.json"), HookLog.Rule(HookLog.FailingHook(3), stage));
            });

        Assert.Equal(bare, injected);
        if (stage == "createRuntime")
        {
            Assert.NotEqual(0, injected[0].ExitCode);
            Assert.Contains(runtime == "runc" ? "not today" : "exit code", injected[0].Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_second_create_of_a_bundle_does_not_inject_twice(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("true");
        bench.Log.WriteRules(bench.Rules);

        await CreateAndDeleteAsync(bench);
        byte[] patched = File.ReadAllBytes(bench.Config);
        bench.Log.Clear();
        await CreateAndDeleteAsync(bench);

        Assert.Equal(patched, File.ReadAllBytes(bench.Config));
        bench.Log.AssertWholeLife(LowLevelBench.Id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_rule_that_was_removed_leaves_nothing_behind(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("true");
        byte[] original = File.ReadAllBytes(bench.Config);
        bench.Log.WriteRules(bench.Rules);
        await CreateAndDeleteAsync(bench);
        Assert.NotEqual(original, File.ReadAllBytes(bench.Config));
        foreach (string rule in Directory.GetFiles(bench.Rules).Where(path => !path.EndsWith("poststart.json", StringComparison.Ordinal)))
        {
            File.Delete(rule);
        }

        bench.Log.Clear();
        await CreateAndDeleteAsync(bench);
        Assert.Equal(["poststart"], bench.Log.CalledStages);

        Directory.Delete(bench.Rules, recursive: true);
        bench.Log.Clear();
        await CreateAndDeleteAsync(bench);
        Assert.Empty(bench.Log.Calls);
        Assert.Equal(original, File.ReadAllBytes(bench.Config));
        Assert.Equal([bench.Config], Directory.GetFiles(bench.Bundle));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Without_a_matching_rule_the_bundle_is_left_alone(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        var never = new JsonObject { ["commands"] = new JsonArray("^/no/such/program$") };
        File.WriteAllText(Path.Combine(bench.Rules, "a.json"), HookLog.Rule(bench.Log.Hook("createRuntime"), "createRuntime", never));
        byte[] original = File.ReadAllBytes(bench.Config);
        DateTime written = File.GetLastWriteTimeUtc(bench.Config);

        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();

        Assert.Empty(bench.Log.Calls);
        Assert.Equal(original, File.ReadAllBytes(bench.Config));
        Assert.Equal(written, File.GetLastWriteTimeUtc(bench.Config));
        Assert.Equal([bench.Config], Directory.GetFiles(bench.Bundle));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_broken_rule_refuses_create_and_nothing_else(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("exec sleep 1000");
        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();
        await bench.StartAsync(wrapped: true);
        File.WriteAllText(Path.Combine(bench.Rules, "a.json"), """{"version":"1.0.0"}""");

        CommandResult create = await bench.WrappedAsync("create", "--bundle", bench.Bundle, "c2");
        Assert.Equal(125, create.ExitCode);
        Assert.Contains("a.json", create.ErrorText, StringComparison.Ordinal);
        Assert.NotEqual(0, (await bench.BareAsync("state", "c2")).ExitCode);

        Assert.Equal("in\n", (await bench.WrappedAsync("exec", LowLevelBench.Id, "echo", "in")).EnsureSuccess().OutputText);
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("kill", LowLevelBench.Id, "KILL")));
        await bench.AwaitStoppedAsync();
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("delete", LowLevelBench.Id)));
    }

    /// <summary>Most machines have no criu for a restore. The recording runtime shows what it would have received.</summary>
    [Fact]
    public void A_restore_is_patched_as_a_create_is()
    {
        using var bench = new WrapperBench();
        bench.WriteRule("a.json", WrapperBench.Rule());

        CommandResult result = bench.Run("restore", "--image-path", "/images/c1", "--work-path=/work", "--detach", "-b", bench.Bundle, "c1");

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        RecordedCall call = Assert.Single(bench.Calls);
        Assert.Equal(["restore", "--image-path", "/images/c1", "--work-path=/work", "--detach", "-b", bench.Bundle, "c1"], call.Arguments[1..]);
        _ = Assert.Single(bench.Hooks()["createRuntime"]);
    }

    private static async Task CreateAndDeleteAsync(LowLevelBench bench)
    {
        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync(wrapped: true)));
        await bench.StartAsync(wrapped: true);
        await bench.AwaitStoppedAsync();
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("delete", LowLevelBench.Id)));
    }

    private async Task<(IReadOnlyList<HookCall> Calls, string Bundle)> CallsAsync(string runtime, Action<LowLevelBench> prepare)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("true");
        prepare(bench);
        await CreateAndDeleteAsync(bench);
        return (bench.Log.Calls, bench.Bundle);
    }

    /// <summary>Returns the messages of create, start and delete, for a container whose process prints a word.</summary>
    private async Task<List<RuntimeMessage>> LifeAsync(bool wrapped, string runtime, Action<LowLevelBench> prepare)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("echo lived");
        prepare(bench);
        var messages = new List<RuntimeMessage> { bench.MessageOf(await bench.CreateAsync(wrapped)) };
        if (messages[0].ExitCode == 0)
        {
            messages.Add(bench.MessageOf(await bench.CallAsync(wrapped, "start", LowLevelBench.Id)));
            await bench.AwaitStoppedAsync();
            messages.Add(new RuntimeMessage(0, bench.Output, ""));
        }

        messages.Add(bench.MessageOf(await bench.CallAsync(wrapped, "delete", LowLevelBench.Id)));
        return messages;
    }
}
