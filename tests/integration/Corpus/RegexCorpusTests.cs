using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Corpus;

/// <summary>
/// Runs every pattern and input whose result was recorded from Go through the built wrapper. A rule has the pattern for an annotation, and
/// the annotation has the input as its value. The eight that are not UTF-8 are skipped, because JSON cannot contain them.
/// </summary>
public sealed class RegexCorpusTests
{
    private static readonly Dictionary<string, JsonElement> s_cases = CorpusFile.Read("regex.jsonl")
        .Where(entry => entry.GetProperty("cat").GetString() != "bytes")
        .ToDictionary(entry => entry.GetProperty("id").GetString()!);

    public static TheoryData<string> Ids => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_wrapper_matches_as_Go_does(string id)
    {
        JsonElement entry = s_cases[id];
        JsonElement go = entry.GetProperty("go");
        using var bench = new WrapperBench();
        bench.WriteRule("a.json", WrapperBench.Rule(when: $$$"""{"annotations":{"^k$":{{{entry.GetProperty("pattern").GetRawText()}}}}}"""));
        File.WriteAllText(bench.Config, $$$"""{"annotations":{"k":{{{entry.GetProperty("input").GetRawText()}}}}}""");

        CommandResult result = bench.Create();

        if (go.GetProperty("compile").GetString() == "error")
        {
            Assert.NotEqual(0, result.ExitCode);
            Assert.Matches(@"a\.json:1:[0-9]+: when\.annotations\.\^k\$: is not a regular expression", result.ErrorText);
            Assert.Empty(bench.Calls);
            return;
        }

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        Assert.Equal(go.GetProperty("match").GetBoolean(), bench.Hooks().ContainsKey("createRuntime"));
    }

    [Fact]
    public void All_924_cases_are_there() => Assert.Equal(924, s_cases.Count);
}
