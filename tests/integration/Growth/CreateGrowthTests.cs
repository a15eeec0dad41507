using IntegrationTests.Fixture;

namespace IntegrationTests.Growth;

/// <summary>
/// Tests that a create's work grows no more than in proportion to its input. The author of an image or a configuration chooses its size,
/// and root reads it. The tests count instructions, not seconds.
/// </summary>
public sealed class CreateGrowthTests : IDisposable
{
    private const int Few = 200;
    private const int Many = 10 * Few;

    /// <summary>The largest allowed factor for ten times the input. Tables double as they grow, and sorting takes n log n.</summary>
    private const double Limit = 14;

    private readonly List<WrapperBench> _benches = [];

    public static TheoryData<string> Kinds => [.. CreateInputs.All.Keys];

    public void Dispose() => _benches.ForEach(bench => bench.Dispose());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ten_times_as_much_takes_ten_times_the_work(string kind)
    {
        long none = Count(kind, 1), few = Count(kind, Few), many = Count(kind, Many);

        Assert.True(few > none, $"{few} instructions for {Few} of {kind}, {none} for one");
        double growth = (double)(many - none) / (few - none);
        Assert.True(growth <= Limit, $"{few - none} instructions for {Few} of {kind}, {many - none} for {Many}: {growth:F1} times as many");
    }

    private long Count(string kind, int count)
    {
        var bench = new WrapperBench();
        _benches.Add(bench);
        CreateInputs.All[kind](bench, count);

        // valgrind prints its count when the program ends. This runtime looks executable, but its exec fails.
        bench.Set("runtime", Executable.Write(Path.Combine(bench.Root, "runtime"), "\u007fELF"));
        return Callgrind.Count(bench.Root, Repository.Wrapper, "--wrap-config", bench.SettingsFile, "create", "--bundle", bench.Bundle, "c1");
    }
}
