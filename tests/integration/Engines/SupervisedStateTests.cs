using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests what a supervisor passes to a hook: states that are larger than a pipe, and signals.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed partial class SupervisedStateTests(LowLevelHost host)
{
    private const int Large = 200 * 1024;

    private const string Store = "exec cat >\"$1/state\"";

    [Theory]
    [InlineData("runc", "exit 0")]
    [InlineData("crun", "exit 0")]
    [InlineData("runc", "exec <&-; sleep 0.5")]
    [InlineData("crun", "exec <&-; sleep 0.5")]
    [InlineData("runc", "sleep 0.5")]
    [InlineData("crun", "sleep 0.5")]
    [InlineData("runc", "head -c 1000 >/dev/null")]
    [InlineData("crun", "head -c 1000 >/dev/null")]
    public async Task A_hook_need_not_read_a_large_state(string runtime, string script)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        Annotate(bench);
        foreach (string stage in HookLog.Stages.Where(stage => stage != "startContainer"))
        {
            bench.AddRule(stage, script, stage);
        }

        await bench.LiveAndDieAsync();

        Assert.Equal(5, bench.Ended.Count);
        Assert.All(bench.Ended, ended =>
        {
            Assert.Equal(LowLevelBench.Id, ended["containerId"]!.GetValue<string>());
            Assert.Equal(0, ended["ocihooksExitCode"]!.GetValue<int>());
        });
    }

    [Theory]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "createContainer")]
    [InlineData("crun", "createContainer")]
    [InlineData("runc", "poststop")]
    [InlineData("crun", "poststop")]
    public async Task A_hook_reads_the_large_state_that_it_reads_bare(string runtime, string stage)
    {
        string bare = await StoredAsync(runtime, stage, supervised: false, Store);
        string supervised = await StoredAsync(runtime, stage, supervised: true, Store);

        Assert.Equal(bare, supervised);
        Assert.InRange(supervised.Length, Large, 2 * Large);
    }

    /// <summary>A runtime may block signals for its own timeout, and a hook with a supervisor always has one.</summary>
    [Theory]
    [InlineData("runc", "createRuntime")]
    [InlineData("crun", "createRuntime")]
    [InlineData("runc", "poststart")]
    [InlineData("crun", "poststart")]
    [InlineData("runc", "poststop")]
    [InlineData("crun", "poststop")]
    public async Task A_hook_has_the_blocked_and_ignored_signals_that_it_has_bare(string runtime, string stage)
    {
        const string Script = "cat >/dev/null; grep -E '^Sig(Blk|Ign)' /proc/self/status >\"$1/state\"";

        string bare = await StoredAsync(runtime, stage, supervised: false, Script);
        string supervised = await StoredAsync(runtime, stage, supervised: true, Script);

        Assert.Equal(bare, supervised);
        Assert.Contains("SigBlk", supervised, StringComparison.Ordinal);
    }

    private static void Annotate(SupervisedBench bench)
    {
        JsonNode config = bench.LowLevel.ReadConfig();
        config["annotations"] = new JsonObject { ["large"] = string.Concat(Enumerable.Range(0, Large / 8).Select(i => $"{i:D8}")) };
        bench.LowLevel.WriteConfig(config);
    }

    /// <summary>Returns what a hook stored of its input, without process IDs and the bundle.</summary>
    private async Task<string> StoredAsync(string runtime, string stage, bool supervised, string script)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        Annotate(bench);
        if (supervised)
        {
            bench.AddRule(stage, script);
        }
        else
        {
            bench.LowLevel.SetHooks((stage, bench.Hook(script)));
        }

        await bench.LiveAndDieAsync();
        string state = File.ReadAllText(bench.Note("state"));
        return Pid().Replace(state.Replace(bench.LowLevel.Bundle, "BUNDLE", StringComparison.Ordinal), "PID");
    }

    [GeneratedRegex(@"""pid"": ?\d+")]
    private static partial Regex Pid();
}
