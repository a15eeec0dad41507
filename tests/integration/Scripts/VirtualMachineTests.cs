using IntegrationTests.Fixture;

namespace IntegrationTests.Scripts;

/// <summary>The scenarios of virtual machines, which <c>make vm-test</c> runs, and what is documented of them.</summary>
public sealed class VirtualMachineTests
{
    private static IEnumerable<string> Titles =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/vm/scenarios"), "*.sh")
            .Order(StringComparer.Ordinal)
            .Select(path => File.ReadLines(path).First()["# ".Length..]);

    private static IEnumerable<string> Rows => RowsOf(File.ReadAllText(Path.Combine(Repository.Root, "docs/virtual-machines.md")));

    [Fact]
    public void The_documented_table_has_a_row_for_each_scenario() =>
        Assert.Equal(Titles, Rows.Select(row => row.Split('|')[1].Trim()).Where(Titles.Contains));

    [Fact]
    public void The_README_has_the_versions_of_that_table()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        IEnumerable<string> versions = RowsOf(readme.Split("\n## Where was it tried?\n")[1].Split("\n## ")[0]);

        Assert.NotEmpty(versions);
        Assert.Empty(versions.Except(Rows));
    }

    [Fact]
    public void No_scenario_of_the_table_failed()
    {
        string table = File.ReadAllText(Path.Combine(Repository.Root, "docs/virtual-machines.md"));

        Assert.DoesNotContain("| failed", table, StringComparison.Ordinal);
        Assert.DoesNotContain("not run", table, StringComparison.Ordinal);
    }

    private static IEnumerable<string> RowsOf(string document) =>
        document.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));
}
