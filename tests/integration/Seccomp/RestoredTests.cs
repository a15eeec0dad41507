using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Containers that criu checkpoints, or has restored. What it does is done here in its place: it does not run on each kernel.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RestoredTests(SeccompHost host)
{
    private const string GetPgrp = "111";
    private const string Times = "100";

    /// <summary>runc calls createRuntime hooks then with the status <c>stopped</c>, of a container that has a process.</summary>
    [Theory]
    [InlineData("createRuntime", "poststop")]
    [InlineData(null, null)]
    public void A_container_that_is_restored_is_recorded(string? start, string? stop)
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("sleep", "1000");
        bench.RemoveHooks();
        bench.StartContainer();
        JsonNode state = JsonNode.Parse(bench.State)!;
        state["status"] = "stopped";
        Hook(bench, start, state);
        Assert.NotEqual("", RecordingBench.Pinned(host));

        // The first filter is taken for the runtime's, as the process has it already.
        _ = bench.Run("sh", "-c", "runc exec $1 /caller filter 111", "sh", bench.Id).EnsureSuccess();
        _ = state.AsObject().Remove("pid");
        Hook(bench, stop, state);
        Assert.Contains("getpgrp", bench.Calls());
        Assert.Equal("", RecordingBench.Pinned(host));
    }

    [Fact]
    public void What_is_done_while_the_filters_are_suspended_is_not_the_containers()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("sh", "-c", $"/caller {Times} stop {GetPgrp}; sleep 1000");
        bench.StartContainer();
        string pid = JsonNode.Parse(bench.State)!["pid"]!.ToJsonString();
        string child = "";
        Eventually.True(
            () =>
            {
                child = host.Host.Shell("cat /proc/$1/task/$1/children", pid).OutputText.Trim();
                return child.Length > 0 && host.Host.Shell("grep -q '(caller) T' /proc/$1/stat", child).ExitCode == 0;
            },
            "the program is stopped");
        _ = bench.Run(Probes.Parasite, child).EnsureSuccess();
        bench.Delete();
        Assert.Contains("times", bench.Calls());
        Assert.DoesNotContain("getpgrp", bench.Calls());
    }

    private void Hook(RecordingBench bench, string? stage, JsonNode state) => _ = host.Host.RunWithInput(
        state.ToJsonString(),
        ["env", .. stage is null ? (string[])[] : [$"OCIHOOKS_STAGE={stage}"],
            Repository.SeccompRecorder, "hook", "--store", bench.PathTo("store")]).EnsureSuccess();
}
