using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl schema</c>, and that it agrees with <c>hookctl validate</c>.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Rules() => new(
        from directory in new[] { "good", "bad" }
        from file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "rules", directory)).Order(StringComparer.Ordinal)
        select $"{directory}/{Path.GetFileName(file)}");

    [Fact]
    public void The_schema_is_printed_as_the_source_has_it()
    {
        CommandResult result = new Command(Repository.HookCtl, "schema").Run().EnsureSuccess();

        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "src", "HookEngine", "Rules", "rule.schema.json")), result.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)JsonNode.Parse(result.Output)!["$schema"]);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Schema_and_validate_agree_on_what_is_good_and_what_is_bad(string rule)
    {
        using var bench = new HookCtlBench();
        string file = Path.Combine(Repository.Root, "tests", "rules", rule);
        var schema = new SchemaSubset(JsonNode.Parse(bench.Run("schema").Output)!.AsObject());

        bool isGood = rule.StartsWith("good/", StringComparison.Ordinal);

        Assert.Equal(isGood, Parse(File.ReadAllText(file), out JsonNode? value) && schema.Accepts(value));
        Assert.Equal(isGood ? 0 : 1, bench.Run("validate", file).ExitCode);
    }

    private static bool Parse(string text, out JsonNode? value)
    {
        value = null;
        try
        {
            value = JsonNode.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
