using HookEngine.Re2;

namespace Tests.Unit.Re2;

/// <summary>Texts as patterns: the short way must mean what the long one means.</summary>
public sealed class LiteralPatternTests
{
    private static readonly string[] s_parts = ["a", "b", "/", "\\.", "\\$", "\\\\", "\\^", "é", "-"];
    private static readonly string[] s_inputs = ["a", "b", "/", ".", "$", "\\", "^", "é", "-", "\n", "\uD800", "😀"];

    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("^", "", true, false)]
    [InlineData("$", "", false, true)]
    [InlineData("^$", "", true, true)]
    [InlineData("/bin/sh", "/bin/sh", false, false)]
    [InlineData("^/bin/sh$", "/bin/sh", true, true)]
    [InlineData(@"a\.b", "a.b", false, false)]
    [InlineData(@"^ab\\\$$", @"ab\$", true, true)]
    public void A_text_is_a_literal(string pattern, string text, bool isAtBegin, bool isAtEnd) =>
        Assert.Equal(new LiteralPattern(text, isAtBegin, isAtEnd), LiteralPattern.Of(pattern));

    [Theory]
    [InlineData("a.b")]
    [InlineData("^^a")]
    [InlineData("a$b")]
    [InlineData("a$$")]
    [InlineData(@"a\")]
    [InlineData(@"\d")]
    [InlineData(@"\/")]
    [InlineData(@"a\\$")]
    [InlineData("a|b")]
    [InlineData("(a)")]
    [InlineData("a{2}")]
    [InlineData("a\uFFFD")]
    [InlineData("😀")]
    public void More_than_a_text_is_left_to_the_parser(string pattern) => Assert.Null(LiteralPattern.Of(pattern));

    [Fact]
    public void It_agrees_with_the_program_that_the_pattern_compiles_to()
    {
        var random = new Random(7);
        int matches = 0;
        for (int i = 0; i < 3000; i++)
        {
            string pattern = (random.Next(2) == 0 ? "^" : "") + Random(random, s_parts) + (random.Next(2) == 0 ? "$" : "");
            if (LiteralPattern.Of(pattern) is not { } literal)
            {
                Assert.EndsWith(@"\\$", pattern, StringComparison.Ordinal);
                continue;
            }

            Prog prog = Compiler.Compile(new Parser(pattern).Parse());
            foreach (string input in new[] { literal.Text, "a" + literal.Text, literal.Text + "a", Random(random, s_inputs) })
            {
                bool isMatch = new Nfa(prog).IsMatch(input);
                matches += isMatch ? 1 : 0;
                Assert.True(isMatch == literal.IsMatch(input), $"pattern {pattern}, input {input}");
            }
        }

        Assert.InRange(matches, 3000, 9000);
    }

    private static string Random(Random random, string[] parts) =>
        string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => parts[random.Next(parts.Length)]));
}
