using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Tests containers that criu checkpoints or has restored. The tests imitate criu, because it does not run on every kernel.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RestoredTests(SeccompHost host)
{
    private const string GetPgrp = "111";
    private const string Times = "100";

    /// <summary>runc then runs createRuntime hooks with the status <c>stopped</c>, although the container has a process.</summary>
    [Theory]
    [InlineData("createRuntime", "poststop")]
    [InlineData(null, null)]
    public async Task A_container_that_is_restored_is_recorded(string? start, string? stop)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks();
        await bench.StartContainerAsync();
        JsonNode state = JsonNode.Parse(await bench.StateAsync())!;
        state["status"] = "stopped";
        await HookAsync(bench, start, state);
        Assert.NotEqual("", await RecordingBench.PinnedAsync(host));

        // The first filter counts as the runtime's. The process already has it.
        _ = (await bench.RunAsync("sh", "-c", "runc exec $1 /caller filter 111", "sh", bench.Id)).EnsureSuccess();
        _ = state.AsObject().Remove("pid");
        await HookAsync(bench, stop, state);
        Assert.Contains("getpgrp", bench.Calls());
        Assert.Equal("", await RecordingBench.PinnedAsync(host));
    }

    [Fact]
    public async Task What_is_done_while_the_filters_are_suspended_is_not_the_containers()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sh", "-c", $"/caller {Times} stop {GetPgrp}; sleep 1000");
        await bench.StartContainerAsync();
        string pid = JsonNode.Parse(await bench.StateAsync())!["pid"]!.ToJsonString();
        string child = "";
        await Eventually.TrueAsync(
            async () =>
            {
                child = (await host.Host.ShellAsync("cat /proc/$1/task/$1/children", pid)).OutputText.Trim();
                return child.Length > 0 && (await host.Host.ShellAsync("grep -q '(caller) T' /proc/$1/stat", child)).ExitCode == 0;
            },
            "the program is stopped");
        _ = (await bench.RunAsync(Probes.Parasite, child)).EnsureSuccess();
        await bench.DeleteAsync();
        Assert.Contains("times", bench.Calls());
        Assert.DoesNotContain("getpgrp", bench.Calls());
    }

    private async Task HookAsync(RecordingBench bench, string? stage, JsonNode state) => _ = (await host.Host.RunWithInputAsync(
        state.ToJsonString(),
        ["env", .. stage is null ? (string[])[] : [$"OCIHOOKS_STAGE={stage}"],
            Repository.SeccompRecorder, "hook", "--store", bench.PathTo("store")])).EnsureSuccess();
}
