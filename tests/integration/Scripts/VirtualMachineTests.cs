using IntegrationTests.Fixture;

namespace IntegrationTests.Scripts;

/// <summary>The scenarios of virtual machines, which <c>make vm-test</c> runs, and what is documented of them.</summary>
public sealed class VirtualMachineTests
{
    private static IEnumerable<string> Titles =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/vm/scenarios"), "*.sh")
            .Order(StringComparer.Ordinal)
            .Select(path => File.ReadLines(path).First()["# ".Length..]);

    [Fact]
    public void The_documented_table_has_a_row_for_each_scenario()
    {
        IEnumerable<string> rows = File.ReadLines(Path.Combine(Repository.Root, "docs/virtual-machines.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim());

        Assert.Equal(Titles, rows.Where(Titles.Contains));
    }

    [Fact]
    public void No_scenario_of_the_table_failed()
    {
        string table = File.ReadAllText(Path.Combine(Repository.Root, "docs/virtual-machines.md"));

        Assert.DoesNotContain("| failed", table, StringComparison.Ordinal);
        Assert.DoesNotContain("no result", table, StringComparison.Ordinal);
    }
}
