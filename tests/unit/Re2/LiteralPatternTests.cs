using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Re2;

namespace UnitTests.Re2;

/// <summary>Literal patterns: the fast matcher must agree with the general one.</summary>
public sealed class LiteralPatternTests
{
    private static readonly string[] s_parts = ["a", "b", "/", "\\.", "\\$", "\\\\", "\\^", "é", "-"];
    private static readonly string[] s_anchors = ["", "^", "$", "^$"];
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

    [Property(MaxTest = 3000, EndSize = 4)]
    public Property It_agrees_with_the_program_that_the_pattern_compiles_to() =>
        Prop.ForAll(Arb.From(Gen.Elements(s_anchors)), Some(s_parts), Some(s_inputs), AssertAgreement);

    private static void AssertAgreement(string anchors, string[] parts, string[] input)
    {
        string pattern = $"{anchors.TrimEnd('$')}{string.Concat(parts)}{anchors.TrimStart('^')}";
        if (LiteralPattern.Of(pattern) is not { } literal)
        {
            Assert.EndsWith(@"\\$", pattern, StringComparison.Ordinal);
            return;
        }

        Assert.True(literal.IsMatch(literal.Text));
        Prog prog = Compiler.Compile(new Parser(pattern).Parse());
        foreach (string text in new[] { literal.Text, "a" + literal.Text, literal.Text + "a", string.Concat(input) })
        {
            Assert.True(new Nfa(prog).IsMatch(text) == literal.IsMatch(text), $"pattern {pattern}, input {text}");
        }
    }

    private static Arbitrary<string[]> Some(string[] parts) => Arb.Array(Arb.From(Gen.Elements(parts)));
}
