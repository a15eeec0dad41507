using System.Text.Json;
using Re2;

namespace UnitTests.Re2;

/// <summary>Compares answers with those of Go, for patterns and inputs that other engines often answer differently.</summary>
public sealed class RegexCorpusTests
{
    /// <summary>Patterns or inputs that are not valid UTF-8. JSON cannot contain them, so the program never receives them.</summary>
    private const string UnreachableCategory = "bytes";

    private static readonly string[] s_categories =
    [
        "alt", "anchor", "class", "escape", "flag", "fold", "group", "limit", "pathological", "perl", "posix",
        "quote", "realworld", "repeat", "unicode", "unsupported", "utf16", "wordb",
    ];

    public static TheoryData<string> Categories => [.. s_categories];

    [Theory]
    [MemberData(nameof(Categories))]
    public void Every_case_gets_the_answer_of_Go(string category)
    {
        var wrong = new List<string>();
        foreach (JsonElement line in Lines().Where(line => CategoryOf(line) == category))
        {
            string expected = Expected(line.GetProperty("go"));
            string actual = Actual(line.GetProperty("pattern").GetString()!, line.GetProperty("input").GetString()!);
            if (actual != expected)
            {
                wrong.Add($"{line.GetProperty("id")}: expected {expected}, not {actual}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_eight_cases_of_invalid_UTF8_are_left_out()
    {
        List<string> categories = Lines().Select(CategoryOf).ToList();

        Assert.Equal(932, categories.Count);
        Assert.Equal(8, categories.Count(category => category == UnreachableCategory));
        Assert.Equal(
            s_categories.Append(UnreachableCategory).Order(),
            categories.Distinct().Order());
    }

    private static string CategoryOf(JsonElement line) => line.GetProperty("cat").GetString()!;

    private static IEnumerable<JsonElement> Lines() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus", "regex.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement);

    private static string Expected(JsonElement go)
    {
        if (go.GetProperty("compile").GetString() == "ok")
        {
            return go.GetProperty("match").GetBoolean() ? "match" : "no match";
        }

        const string prefix = "error parsing regexp: ";
        string error = go.GetProperty("error").GetString()!;
        Assert.StartsWith(prefix, error, StringComparison.Ordinal);
        return WithoutNestedExpression(error[prefix.Length..]);
    }

    /// <summary>Removes the whole expression, which Go repeats after this error, however long it is.</summary>
    private static string WithoutNestedExpression(string error) =>
        error.StartsWith("expression nests too deeply", StringComparison.Ordinal) ? error[..error.IndexOf(':')] : error;

    /// <summary>Asks both matchers, regardless of which one the length of the input selects.</summary>
    private static bool IsMatch(Re2Pattern pattern, string input)
    {
        Prog prog = Compiler.Compile(new Parser(pattern.ToString()).Parse());
        bool isMatch = pattern.IsMatch(input);

        Assert.Equal(isMatch, new Nfa(prog).IsMatch(input));
        Assert.Equal(isMatch, new LazyDfa(prog).IsMatch(input));
        return isMatch;
    }

    private static string Actual(string pattern, string input)
    {
        Re2Pattern? parsed = Re2Pattern.Parse(pattern, out string? error);
        Assert.Equal(parsed is null, error is not null);
        return error ?? (IsMatch(parsed!, input) ? "match" : "no match");
    }
}
