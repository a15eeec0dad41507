using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Engines;

/// <summary>Many containers at once, all of whose hooks take their time.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisedManyTests(LowLevelHost host)
{
    private const int Count = 20;

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
}
