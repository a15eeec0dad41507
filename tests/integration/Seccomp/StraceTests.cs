using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>
/// Tests that a recording has exactly the calls that strace sees in the same run after the container's own filter is set.
/// </summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class StraceTests(SeccompHost host)
{
    public static TheoryData<string, string, bool> Runs()
    {
        var runs = new TheoryData<string, string, bool>();
        foreach (string workload in (string[])["shell", "python", "redis", "nginx"])
        {
            foreach (string runtime in (string[])["runc", "crun"])
            {
                runs.Add(workload, runtime, true);
                runs.Add(workload, runtime, false);
            }
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Recording_is_what_strace_sees(string workload, string runtime, bool noNewPrivileges)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetProcess(Workloads.CommandLine(workload));
        bench.SetNoNewPrivileges(noNewPrivileges);
        CommandResult result = await bench.RunTracedAsync(bench.PathTo("strace"));
        Assert.True(result.ExitCode == 0 && result.OutputText.EndsWith("done\n", StringComparison.Ordinal), result.ToString());
        SortedSet<string> seen = StraceLog.FilteredCalls(bench.PathTo("strace"));
        Assert.True(seen.Count > 30, $"strace saw only {string.Join(' ', seen)}");
        Assert.Equal(seen, bench.Calls());
    }
}
