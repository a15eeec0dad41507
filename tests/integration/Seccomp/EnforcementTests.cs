using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Tests that a workload recorded once runs many times under the rule that <c>hookctl seccomp enforce</c> writes.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class EnforcementTests(SeccompHost host)
{
    private const string Image = "registry.example/workload@sha256:7173b809ca12ec5dee4506cd86be934c4596dd234ee82c0662eac04a8c2c71dc";
    private const int Runs = 20;
    private const string GetPgrp = "111";
    private const string MountCall = "165";

    /// <summary>In half of the runs the runtime, or noNewPrivileges, differs from the recording.</summary>
    [Theory]
    [InlineData("shell")]
    [InlineData("python")]
    [InlineData("redis")]
    [InlineData("nginx")]
    public async Task Twenty_runs_do_not_fail(string workload)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetNoNewPrivileges(true);
        await RecordAndEnforceAsync(bench, Workloads.CommandLine(workload));
        for (int run = 0; run < Runs; run++)
        {
            bench.SetNoNewPrivileges(run % 2 == 0);
            CommandResult result = await bench.RunByRulesAsync(run % 4 < 2 ? "runc" : "crun");
            Assert.True(result.ExitCode == 0 && result.OutputText.EndsWith("done\n", StringComparison.Ordinal), $"run {run}: {result}");
        }
    }

    /// <summary>The engine gives the container another profile, as usual, or none, as for a privileged one.</summary>
    [Theory]
    [InlineData("runc", true)]
    [InlineData("runc", false)]
    [InlineData("crun", true)]
    [InlineData("crun", false)]
    public async Task What_was_not_recorded_is_denied_with_eperm(string runtime, bool hasProfile)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        await RecordAndEnforceAsync(bench, "/caller", GetPgrp);
        bench.SetProcess("/caller", GetPgrp, $"eperm:{MountCall}");
        if (!hasProfile)
        {
            bench.SetSeccomp(null);
        }

        _ = (await bench.RunByRulesAsync(runtime)).EnsureSuccess();
        bench.SetProcess("/caller", $"eperm:{GetPgrp}");
        Assert.NotEqual(0, (await bench.RunByRulesAsync(runtime)).ExitCode);
    }

    [Fact]
    public async Task An_enforced_container_starts_no_other_program()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        await RecordAndEnforceAsync(bench, "/caller", GetPgrp);
        _ = (await bench.RunByRulesAsync("runc")).EnsureSuccess();
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(bench.Bundle, "config.json")))!;
        Assert.Null(config["hooks"]);
        Assert.Equal("SCMP_ACT_ERRNO", config["linux"]!["seccomp"]!["defaultAction"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_profile_that_others_may_change_lets_no_container_start()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        await RecordAndEnforceAsync(bench, "/caller", GetPgrp);
        string profile = Assert.Single(Directory.GetFiles(bench.PathTo("rules/seccomp")));
        _ = (await bench.RunAsync("chmod", "666", profile)).EnsureSuccess();
        CommandResult result = await bench.RunByRulesAsync("runc");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"{profile} can be written by its group and everyone else", result.ErrorText, StringComparison.Ordinal);
    }

    private static async Task RecordAndEnforceAsync(RecordingBench bench, params string[] commandLine)
    {
        bench.SetImage(Image);
        bench.SetProcess(commandLine);
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        bench.RemoveHooks();
        await bench.EnforceAsync(Image);
    }
}
