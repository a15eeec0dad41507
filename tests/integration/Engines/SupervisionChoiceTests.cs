using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests which hooks real runtimes run supervised, and that later changes of the wrapper's files do not affect them.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisionChoiceTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Without_supervision_a_hook_is_the_runtimes_own_affair(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.LowLevel.Set("supervise", false);
        JsonObject hook = bench.Hook("exec sleep 100000");
        hook["timeout"] = 1;
        bench.AddRule("createRuntime", hook);

        CommandResult create = await bench.CreateAsync();

        Assert.True(JsonNode.DeepEquals(hook, bench.Injected("createRuntime")));
        Assert.NotEqual(0, create.ExitCode);
        string message = runtime == "runc" ? "hook ran past specified timeout of 1.0s" : "timeout expired";
        Assert.Contains(message, create.ErrorText, StringComparison.Ordinal);
        Assert.Empty(bench.Ended);
    }

    [Theory]
    [InlineData("runc", "createRuntime", "createContainer")]
    [InlineData("crun", "createRuntime", "createContainer")]
    [InlineData("runc", "poststop", "createRuntime")]
    [InlineData("crun", "poststop", "createRuntime")]
    public async Task Supervision_can_be_had_for_some_stages_only(string runtime, string without, string with)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.LowLevel.Set("supervise", new JsonObject { [without] = false });
        bench.AddRule(without, "cat >\"$1/without\"", "a");
        bench.AddRule(with, "cat >\"$1/with\"", "b");

        await bench.LiveAndDieAsync();

        Assert.Equal("/bin/busybox", bench.Injected(without)["path"]!.GetValue<string>());
        Assert.Equal(Repository.Wrapper, bench.Injected(with)["path"]!.GetValue<string>());
        Assert.Equal(with, Assert.Single(bench.Ended)["ocihooksStage"]!.GetValue<string>());
        Assert.Equal(["with", "without"], Directory.GetFiles(bench.Notes).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("runc", "createRuntime", "/bin/busybox")]
    [InlineData("crun", "createRuntime", "/bin/busybox")]
    [InlineData("runc", "createContainer", null)]
    [InlineData("crun", "createContainer", null)]
    public async Task A_prestart_hook_is_supervised_as_those_of_createRuntime_are(string runtime, string without, string? path)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.LowLevel.Set("supervise", new JsonObject { [without] = false });
        bench.AddRule("prestart", "cat >\"$1/ran\"");

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));

        Assert.Equal(path ?? Repository.Wrapper, bench.Injected("createRuntime")["path"]!.GetValue<string>());
        Assert.NotEqual("", File.ReadAllText(bench.Note("ran")));
        Assert.Equal(path is null ? 1 : 0, bench.Ended.Count);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_startContainer_hook_is_left_to_the_runtime_with_a_timeout(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime, timeout: 1.2);
        JsonObject hook = bench.Hook("exec sleep 100000");
        bench.AddRule("startContainer", hook);

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));
        hook["timeout"] = 2;
        Assert.True(JsonNode.DeepEquals(hook, bench.Injected("startContainer")));
        _ = await bench.LowLevel.WrappedAsync("start", LowLevelBench.Id);
        await bench.LowLevel.AwaitStoppedAsync();

        bench.Mark.AssertNoProcesses();
        string message = runtime == "runc" ? "hook ran past specified timeout of 2.0s" : "timeout expired";
        Assert.Contains(message, bench.LowLevel.Output, StringComparison.Ordinal);
        Assert.Empty(bench.Ended);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_poststop_hook_runs_supervised_though_wrapper_rules_and_settings_have_changed(string runtime)
    {
        const string Quiet = "exec \"$@\" >/dev/null 2>&1 </dev/null";
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        string wrapper = Executable.Copy(Repository.Wrapper, bench.LowLevel.PathTo("wrapper"));
        bench.LowLevel.SetProcess("exec sleep 100000");
        bench.AddRule("createRuntime", "sleep 100000 & : >\"$1/created\"", "a");
        bench.AddRule("poststop", "cat >\"$1/stopped\"; exit 3", "b");
        string[] create = bench.LowLevel.CommandLine(wrapped: true, "create", "--bundle", bench.LowLevel.Bundle, LowLevelBench.Id);
        _ = (await bench.LowLevel.RunAsync(["sh", "-c", Quiet, "sh", wrapper, .. create[1..]])).EnsureSuccess();
        Assert.True(File.Exists(bench.Note("created")));
        Assert.Equal(wrapper, bench.Injected("poststop")["path"]!.GetValue<string>());

        _ = Executable.Copy(Repository.Wrapper, wrapper + ".new");
        File.Move(wrapper + ".new", wrapper, overwrite: true);
        Directory.Delete(bench.LowLevel.Rules, recursive: true);
        File.Delete(bench.LowLevel.PathTo("settings.json"));
        Assert.Equal("", LowLevelBench.Silent(await bench.LowLevel.BareAsync("delete", "--force", LowLevelBench.Id)));

        Assert.Contains($"\"{LowLevelBench.Id}\"", File.ReadAllText(bench.Note("stopped")), StringComparison.Ordinal);
        Assert.Equal(["createRuntime", "poststop"], bench.Ended.Select(ended => ended["ocihooksStage"]!.GetValue<string>()));
        Assert.Equal(3, bench.Ended[1]["ocihooksExitCode"]!.GetValue<int>());
    }
}
