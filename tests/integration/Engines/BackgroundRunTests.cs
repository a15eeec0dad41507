using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests a container that runs on a terminal as a background job. After a hook with a timeout, crun before 1.29.1 unblocks the signal that
/// a background job gets for using its terminal. The signal then stops crun.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class BackgroundRunTests(LowLevelHost host)
{
    [Theory]
    [InlineData(null)]
    [InlineData(600)]
    public async Task A_supervised_hook_does_not_stop_it(int? timeout)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, "crun");
        bench.LowLevel.SetProcess("echo lived", terminal: true);
        JsonObject hook = bench.Hook("echo ran >\"$1/ran\"");
        if (timeout is { } seconds)
        {
            hook["timeout"] = seconds;
        }

        bench.AddRule("createRuntime", hook);

        CommandResult result = await RunInBackgroundAsync(bench);

        Assert.DoesNotContain("Stopped", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("lived", result.OutputText, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.Note("ran")));
        Assert.Null(bench.Injected("createRuntime")["timeout"]);
    }

    /// <summary>A supervisor enforces the administrator's timeout also for a rule without supervision. crun gets no timeout.</summary>
    [Fact]
    public async Task A_limit_of_a_hook_that_its_rule_wants_unsupervised_does_not_stop_it()
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, "crun");
        bench.LowLevel.SetProcess("echo lived", terminal: true);
        bench.LowLevel.Set("hookTimeoutCeiling", 600);
        bench.AddRule("createRuntime", bench.Hook("echo ran >\"$1/ran\""), "a", supervise: false);

        CommandResult result = await RunInBackgroundAsync(bench);

        Assert.DoesNotContain("Stopped", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("lived", result.OutputText, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.Note("ran")));
    }

    /// <summary>Only the runtime can limit a hook in the container. crun runs it in the container's process, not in the job.</summary>
    [Fact]
    public async Task A_limit_of_a_hook_in_the_container_does_not_stop_it()
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, "crun");
        bench.LowLevel.SetProcess("echo lived", terminal: true);
        bench.AddRule("startContainer", bench.Hook("true"));

        CommandResult result = await RunInBackgroundAsync(bench);

        Assert.DoesNotContain("Stopped", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("lived", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(600, (int)bench.Injected("startContainer")["timeout"]!);
    }

    private static async Task<CommandResult> RunInBackgroundAsync(SupervisedBench bench)
    {
        // A stopped job leaves the terminal to the shell, which kills the job.
        return await bench.LowLevel.RunOnTerminalAsync(
            ["bash", "-c", "set -m; \"$@\" & wait %1; jobs; kill -KILL %1 2>/dev/null; true", "bash",
             .. bench.LowLevel.CommandLine(true, "run", "--bundle", bench.LowLevel.Bundle, LowLevelBench.Id)]);
    }
}
