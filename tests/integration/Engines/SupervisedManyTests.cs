using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests many containers at once, all with slow hooks.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisedManyTests(LowLevelHost host)
{
    private const int Count = 20;
    private const int OverAtOnce = 120;
    private const int AtOnce = 12;

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Slow_hooks_of_twenty_containers_all_succeed(string runtime)
    {
        string[] stages = [.. HookLog.Stages.Where(stage => stage != "startContainer")];

        string[][] finished = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => LiveAsync()));

        Assert.Equal(Enumerable.Repeat(stages.Select(SupervisedBench.PlaceOf), Count), finished);

        async Task<string[]> LiveAsync()
        {
            await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
            foreach (string stage in stages)
            {
                bench.AddRule(stage, $"sleep 0.3; cat >\"$1/{stage}\"", stage);
            }

            await bench.LiveAndDieAsync();
            bench.Mark.AssertNoProcesses();
            Assert.All(stages, stage => Assert.NotEqual("", File.ReadAllText(bench.Note(stage))));
            return [.. bench.Ended
                .Where(ended => ended["ocihooksExitCode"]!.GetValue<int>() == 0 && ended["ocihooksDurationMs"]!.GetValue<double>() >= 300)
                .Select(ended => ended["ocihooksStage"]!.GetValue<string>())];
        }
    }

    /// <summary>
    /// crun sometimes takes the end of a short container for the end of its poststart hook, and would then wait for the hook's outer
    /// timeout.
    /// </summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Containers_that_are_over_at_once_succeed_also_if_many_run(string runtime)
    {
        int?[] statuses = new int?[OverAtOnce];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce,
            CancellationToken = TestContext.Current.CancellationToken,
        };
        await Parallel.ForAsync(0, OverAtOnce, options, async (i, _) =>
        {
            await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
            bench.SetProcess("exit 3");
            bench.Log.WriteRules(bench.Rules);
            CommandResult result = await bench.WrappedAsync("run", LowLevelBench.Id);
            bench.Log.AssertWholeLife(LowLevelBench.Id);
            statuses[i] = result.ExitCode;
        });

        Assert.Equal(Enumerable.Repeat<int?>(3, OverAtOnce), statuses);
    }
}
