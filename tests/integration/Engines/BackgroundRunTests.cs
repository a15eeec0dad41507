using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// A container that has the terminal it is run on, as a job in the background. After a hook with a limit of time crun (before 1.29.1) unblocks
/// the signal that a background job gets for touching its terminal, and is stopped by it.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class BackgroundRunTests(LowLevelHost host)
{
    [Theory]
    [InlineData(null)]
    [InlineData(600)]
    public void A_supervised_hook_does_not_stop_it(int? timeout)
    {
        using var bench = new SupervisedBench(host, "crun");
        bench.LowLevel.SetProcess("echo lived", terminal: true);
        JsonObject hook = bench.Hook("echo ran >\"$1/ran\"");
        if (timeout is { } seconds)
        {
            hook["timeout"] = seconds;
        }

        bench.AddRule("createRuntime", hook);

        // A job that is stopped leaves the terminal to the shell, which kills it.
        CommandResult result = bench.LowLevel.RunOnTerminal(
            ["bash", "-c", "set -m; \"$@\" & wait %1; jobs; kill -KILL %1 2>/dev/null; true", "bash",
             .. bench.LowLevel.CommandLine(true, "run", "--bundle", bench.LowLevel.Bundle, LowLevelBench.Id)]);

        Assert.DoesNotContain("Stopped", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("lived", result.OutputText, StringComparison.Ordinal);
        Assert.True(File.Exists(bench.Note("ran")));
        Assert.Null(bench.Injected("createRuntime")["timeout"]);
    }
}
