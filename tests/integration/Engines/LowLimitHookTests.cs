using System.Text.Json.Nodes;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests hooks under a container's limits, which crun applies to hooks from createRuntime on. A limit that is enough for a hook must be
/// enough with a supervisor.
/// </summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class LowLimitHookTests(LowLevelHost host)
{
    /// <summary>
    /// A script that stores its limits. It reads the state: crun before 1.17 fails if a hook ends before crun has written it.
    /// </summary>
    private const string NoteLimits = "read -r state; { ulimit -a; ulimit -Ha; } >\"$1/limits\"";

    public static TheoryData<string, string, string, long, long> Situations
    {
        get
        {
            TheoryData<string, string, string, long, long> data = [];
            foreach (string runtime in new[] { "runc", "crun" })
            {
                foreach (string stage in new[] { "createRuntime", "createContainer" })
                {
                    data.Add(runtime, stage, "RLIMIT_AS", 32 << 20, 32 << 20);
                    data.Add(runtime, stage, "RLIMIT_AS", 60_000_000, 60_000_000);
                    data.Add(runtime, stage, "RLIMIT_AS", 32 << 20, 1 << 30);
                    data.Add(runtime, stage, "RLIMIT_STACK", 32 << 10, 32 << 10);
                    data.Add(runtime, stage, "RLIMIT_DATA", 1500 << 10, 1500 << 10);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task A_hook_runs_as_without_a_supervisor(string runtime, string stage, string limit, long soft, long hard)
    {
        await using SupervisedBench bare = await SupervisedBench.MakeAsync(host, runtime);
        await using SupervisedBench supervised = await SupervisedBench.MakeAsync(host, runtime);
        SetLimit(bare, limit, soft, hard);
        SetLimit(supervised, limit, soft, hard);
        bare.LowLevel.SetHooks((stage, bare.Hook(NoteLimits)));
        supervised.AddRule(stage, NoteLimits);

        Assert.Equal("", LowLevelBench.Silent(await bare.LowLevel.CreateAsync(wrapped: false)));
        await bare.StartAndDieAsync();
        await supervised.LiveAndDieAsync();

        Assert.Equal(File.ReadAllText(bare.Note("limits")), File.ReadAllText(supervised.Note("limits")));
    }

    private static void SetLimit(SupervisedBench bench, string type, long soft, long hard)
    {
        JsonNode config = bench.LowLevel.ReadConfig();
        config["process"]!["rlimits"] = new JsonArray(new JsonObject { ["type"] = type, ["soft"] = soft, ["hard"] = hard });
        bench.LowLevel.WriteConfig(config);
    }
}
