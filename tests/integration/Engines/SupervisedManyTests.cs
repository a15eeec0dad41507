using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Engines;

/// <summary>Many containers at once, all of whose hooks take their time.</summary>
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
    public void Slow_hooks_of_twenty_containers_all_succeed(string runtime)
    {
        string[] stages = [.. HookLog.Stages.Where(stage => stage != "startContainer")];

        string[][] finished = ManyAtOnce.Run(Count, Count, _ =>
        {
            using var bench = new SupervisedBench(host, runtime);
            foreach (string stage in stages)
            {
                bench.AddRule(stage, $"sleep 0.3; cat >\"$1/{stage}\"", stage);
            }

            bench.LiveAndDie();
            bench.Mark.AssertNoProcesses();
            Assert.All(stages, stage => Assert.NotEqual("", File.ReadAllText(bench.Note(stage))));
            return bench.Ended
                .Where(ended => ended["ocihooksExitCode"]!.GetValue<int>() == 0 && ended["ocihooksDurationMs"]!.GetValue<double>() >= 300)
                .Select(ended => ended["ocihooksStage"]!.GetValue<string>())
                .ToArray();
        });

        Assert.Equal(Enumerable.Repeat(stages.Select(SupervisedBench.PlaceOf), Count), finished);
    }

    /// <summary>
    /// crun mistakes the end of a container that is over at once for that of its poststart hook, now and then, and would wait for the
    /// hook's outer timeout.
    /// </summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Containers_that_are_over_at_once_succeed_also_if_many_run(string runtime)
    {
        int?[] statuses = ManyAtOnce.Run(OverAtOnce, AtOnce, _ =>
        {
            using var bench = new LowLevelBench(host, runtime);
            bench.SetProcess("exit 3");
            bench.Log.WriteRules(bench.Rules);
            CommandResult result = bench.Wrapped("run", LowLevelBench.Id);
            bench.Log.AssertWholeLife(LowLevelBench.Id);
            return result.ExitCode;
        });

        Assert.Equal(Enumerable.Repeat<int?>(3, OverAtOnce), statuses);
    }
}
