using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>
/// Tests pods under containerd's CRI plugin in both ways of the example: the wrapper as the shim's runc ("hooked"), and the runtime type of
/// OciHooks ("hooked-shim"). The rule is the example's, except for its hook.
/// </summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class PodTests
{
    private readonly ContainerdDaemon _daemon;

    public PodTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    public static TheoryData<string> Handlers => ["hooked", "hooked-shim"];

    [Theory]
    [InlineData("hooked", "runc")]
    [InlineData("hooked-shim", "runc")]
    [InlineData("hooked", "crun")]
    [InlineData("hooked-shim", "crun")]
    public async Task A_container_has_all_hooks_and_its_sandbox_none(string handler, string runtime)
    {
        _daemon.UseRuntime(runtime);
        WriteExampleRules();
        string container;
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler))
        {
            Assert.Empty(_daemon.Log.Calls);
            container = await pod.RunAsync("web");
            _daemon.Log.AwaitStarted(container);
            Assert.Equal(("in\n", 9), await pod.ExecAsync(container, "sh", "-c", "echo in; exit 9"));
            await pod.StopAsync(container);
            await pod.RemoveAsync(container);
        }

        _daemon.Log.AssertWholeLife(container);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_pod_of_another_namespace_has_no_hooks(string handler)
    {
        WriteExampleRules();
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler, "shopping"))
        {
            Assert.Equal(("in\n", 0), await pod.ExecAsync(await pod.RunAsync("web"), "echo", "in"));
        }

        Assert.Empty(_daemon.Log.Calls);
    }

    [Fact]
    public async Task A_pod_without_a_runtime_class_is_left_alone()
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, ""))
        {
            Assert.Equal(("in\n", 0), await pod.ExecAsync(await pod.RunAsync("web"), "echo", "in"));
        }

        Assert.Empty(_daemon.Log.Calls);
    }

    /// <summary>Only the sandbox starts a shim. The same shim creates the pod's containers.</summary>
    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task All_containers_of_a_pod_have_hooks_by_one_shim(string handler)
    {
        _daemon.Log.WriteRule(_daemon.Rules, "createRuntime");
        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler);

        string[] containers = [await pod.RunAsync("web"), await pod.RunAsync("sidecar")];

        Assert.Equal([pod.Id, .. containers], _daemon.Log.Calls.Select(call => call.Id));
        Assert.Equal([pod.Id], (await ShimsAsync()).Intersect([pod.Id, .. containers]));
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task What_a_hook_says_when_it_fails_comes_with_the_error(string handler)
    {
        WriteExampleRule("createRuntime", HookLog.FailingHook(3));
        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler);
        string container = await pod.CreateAsync("web", "sleep", "1000");

        CriException failure = await Assert.ThrowsAsync<CriException>(() => pod.StartAsync(container));

        Assert.StartsWith("StartContainer failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("not today", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{_daemon.Rules}/{HookLog.RuleName("createRuntime")}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_broken_rule_stops_new_pods_and_not_those_that_run(string handler)
    {
        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler);
        string container = await pod.RunAsync("web");
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), "{");

        CriException failure = await Assert.ThrowsAsync<CriException>(() => Pod.RunSandboxAsync(_daemon, handler, "other"));

        Assert.StartsWith("RunPodSandbox failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{_daemon.Rules}/a.json:1:", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("in\n", 0), await pod.ExecAsync(container, "echo", "in"));
        await pod.StopAsync(container);
        await pod.RemoveAsync(container);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task What_hooks_did_is_logged_with_the_containers_ID(string handler)
    {
        string events = _daemon.PathTo($"events-{handler}.json");
        JsonNode settings = JsonNode.Parse(EngineSettings.Text("runc", _daemon.Rules))!;
        settings["log"]!["file"] = events;
        File.WriteAllText(_daemon.Host.SettingsFile, settings.ToJsonString());
        WriteExampleRule("createRuntime", _daemon.Log.Hook("createRuntime"));
        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler);

        string container = await pod.RunAsync("web");

        JsonNode ending = Assert.Single(
            File.ReadAllLines(events).Select(line => JsonNode.Parse(line)!), line => line["ocihooksEnd"] is not null);
        Assert.Equal(container, (string?)ending["containerId"]);
        Assert.Equal("createRuntime", (string?)ending["ocihooksStage"]);
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_pod_outlives_a_restart_of_containerd(string handler)
    {
        WriteExampleRules();
        string[] containers;
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler))
        {
            containers = [await pod.RunAsync("before"), ""];
            await _daemon.RestartAsync();
            Assert.Equal(("in\n", 0), await pod.ExecAsync(containers[0], "echo", "in"));
            containers[1] = await pod.RunAsync("after");
            await pod.StopAsync(containers[0]);
            await pod.RemoveAsync(containers[0]);
        }

        Assert.Equal(containers, _daemon.Log.Calls.Where(call => call.Stage == "poststop").Select(call => call.Id));
    }

    /// <summary>The example passes on annotations whose names begin with com.example.</summary>
    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_rule_sees_a_pods_annotations_that_the_configuration_lets_through(string handler)
    {
        string rule = HookLog.Rule(_daemon.Log.Hook("createRuntime"), "createRuntime", new JsonObject
        {
            ["annotations"] = new JsonObject { ["^com\\.example\\.team$"] = "^web$" },
        });
        File.WriteAllText(Path.Combine(_daemon.Rules, "team.json"), rule);
        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler, "shop", ("com.example.team", "web"));
        await using Pod another = await Pod.RunSandboxAsync(_daemon, handler, "another", ("com.example.team", "api"));

        string container = await pod.RunAsync("web");
        _ = await another.RunAsync("web");

        Assert.Equal([pod.Id, container], _daemon.Log.Calls.Select(call => call.Id));
    }

    /// <summary>Returns the IDs that the shims were started with: of a pod, or of a container without one.</summary>
    private async Task<string[]> ShimsAsync()
    {
        const string List = """
            for process in /proc/[0-9]*; do
                case $(readlink "$process/exe") in
                */containerd-shim-runc-v2) tr '\0' '\n' <"$process/cmdline" | grep -x -A 1 -e -id | tail -n 1 ;;
                esac
            done
            """;
        return (await _daemon.Host.ShellAsync(List)).OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void WriteExampleRules()
    {
        foreach (string stage in HookLog.Stages)
        {
            WriteExampleRule(stage, _daemon.Log.Hook(stage));
        }
    }

    /// <summary>Writes the example's rule with another hook and stage.</summary>
    private void WriteExampleRule(string stage, JsonObject hook)
    {
        JsonNode rule = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples/kubernetes/10-log-shop.json")))!;
        rule["hook"] = hook;
        rule["stages"] = new JsonArray(stage);
        File.WriteAllText(Path.Combine(_daemon.Rules, HookLog.RuleName(stage)), rule.ToJsonString());
    }
}
