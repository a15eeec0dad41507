using HookEngine.Model;
using Re2;

namespace UnitTests.Re2;

public sealed class GlobTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("abc", "xabc", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a/b:c\nd", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "abbb", false)]
    [InlineData("*a*b", "xaaxab", true)]
    [InlineData("*ab*ab*", "xabab", true)]
    [InlineData("*ab*ab*", "xab", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a[bc]d", "acd", true)]
    [InlineData("a[bc]d", "aed", false)]
    [InlineData("[a-f0-9]*", "e1", true)]
    [InlineData("[a-f0-9]*", "g1", false)]
    [InlineData("[!a-f]", "g", true)]
    [InlineData("[!a-f]", "a", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "]", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "a", false)]
    [InlineData(@"\*", "*", true)]
    [InlineData(@"\*", "a", false)]
    [InlineData(@"\[a", "[a", true)]
    [InlineData("docker.io/library/nginx:*", "docker.io/library/nginx:1.25", true)]
    [InlineData("docker.io/library/nginx:*", "dockerXio/library/nginx:1.25", false)]
    public void A_glob_is_held_against_the_whole_text(string glob, string text, bool matches)
    {
        TextPattern pattern = TextPattern.OfGlob(glob, out string? problem)!;

        Assert.Null(problem);
        Assert.Equal(matches, pattern.IsMatch(text));
    }

    [Theory]
    [InlineData("[a", "has a [ without its ]")]
    [InlineData("[]", "has a [ without its ]")]
    [InlineData("[!]", "has a [ without its ]")]
    [InlineData("[", "has a [ without its ]")]
    [InlineData("a\\", "ends with a backslash")]
    public void A_glob_that_is_none_is_told(string glob, string problem)
    {
        Assert.Null(TextPattern.OfGlob(glob, out string? told));
        Assert.StartsWith(problem, told, StringComparison.Ordinal);
    }

    /// <summary>Backtracking over every star would not end within a lifetime.</summary>
    [Fact]
    public void Many_stars_do_not_make_it_slow() =>
        Assert.False(Glob.IsMatch(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 20_000)));

    [Fact]
    public void It_agrees_with_its_regular_expression_on_all_short_texts()
    {
        string[] globs = ["*", "a*", "*a", "a*b", "*a*", "?", "a?", "?*?", "[ab]", "[!a]*", "a[b]*", "**", "*?b"];
        foreach (string glob in globs)
        {
            var expression = new System.Text.RegularExpressions.Regex($"^(?:{Body(glob)})\\z");
            foreach (string text in Texts("ab", 5))
            {
                Assert.True(expression.IsMatch(text) == Glob.IsMatch(glob, text), $"{glob} against {text}");
            }
        }
    }

    private static string Body(string glob) => string.Concat(glob.Select((letter, i) => letter switch
    {
        '*' => "[\\s\\S]*",
        '?' => "[\\s\\S]",
        '!' when i > 0 && glob[i - 1] == '[' => "^",
        _ => letter.ToString(),
    }));

    private static IEnumerable<string> Texts(string letters, int length) =>
        length == 0 ? [""] : Texts(letters, length - 1).SelectMany(text => letters.Select(letter => text + letter)).Concat(Texts(letters, length - 1));
}
