using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>A workload that was recorded once runs under the profile that follows, again and again.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class EnforcementTests(SeccompHost host)
{
    private const int Runs = 20;

    /// <summary>The runtime and noNewPrivileges are those that were not recorded in half of the runs.</summary>
    [Theory]
    [InlineData("shell")]
    [InlineData("python")]
    [InlineData("redis")]
    [InlineData("nginx")]
    public void Twenty_runs_do_not_fail(string workload)
    {
        using var bench = new RecordingBench(host);
        string profile = bench.PathTo("profile.json");
        bench.SetAnnotation("io.containers.trace-syscall", $"of:{profile}");
        bench.SetProcess(Workloads.CommandLine(workload));
        bench.SetNoNewPrivileges(true);
        _ = bench.RunContainer().EnsureSuccess();
        bench.RemoveHooks();
        bench.SetSeccomp(JsonNode.Parse(File.ReadAllBytes(profile)));
        for (int run = 0; run < Runs; run++)
        {
            bench.SetNoNewPrivileges(run % 2 == 0);
            CommandResult result = bench.RunContainer(run % 4 < 2 ? "runc" : "crun");
            Assert.True(result.ExitCode == 0 && result.OutputText.EndsWith("done\n", StringComparison.Ordinal), $"run {run}: {result}");
        }
    }
}
