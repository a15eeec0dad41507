using IntegrationTests.Fixture;

namespace IntegrationTests.Growth;

/// <summary>
/// No input makes a create work more than in proportion to its size: whoever makes an image or a configuration chooses how much there is
/// to read, and root reads it. Instructions are counted, not seconds.
/// </summary>
public sealed class CreateGrowthTests : IDisposable
{
    private const int Few = 200;
    private const int Many = 10 * Few;

    /// <summary>Ten times as much may take so many times the instructions: tables double as they grow, and sorting takes n log n.</summary>
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

        // valgrind tells its count when the program ends: this runtime looks as if it could be executed, and cannot.
        bench.Set("runtime", Executable.Write(Path.Combine(bench.Root, "runtime"), "\u007fELF"));
        return Callgrind.Count(bench.Root, Repository.Wrapper, "--wrap-config", bench.SettingsFile, "create", "--bundle", bench.Bundle, "c1");
    }
}
