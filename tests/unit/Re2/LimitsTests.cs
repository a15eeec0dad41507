using Re2;

namespace UnitTests.Re2;

public sealed class LimitsTests
{
    [Theory]
    [InlineData("a{1000}")]
    [InlineData("a{0,1000}")]
    [InlineData("(a{10}){100}")]
    [InlineData("(a{10}b|c{20}){50}")]
    [InlineData("((a{1000}){0}){1000}")]
    [InlineData("((a*){1000})*")]
    [InlineData("(a{1,}){1000}")]
    public void Counts_may_multiply_to_a_thousand(string pattern)
    {
        Assert.Null(ErrorOf(pattern));
    }

    [Theory]
    [InlineData("(a{10}){101}", "{101}")]
    [InlineData("((a{10}){10}){11}", "{11}")]
    [InlineData("(a{2}){501,}", "{501,}")]
    [InlineData("((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}){2})", "{2}")]
    public void Counts_may_not_multiply_to_more(string pattern, string culprit)
    {
        Assert.Equal($"invalid repeat count: `{culprit}`", ErrorOf(pattern));
    }

    [Fact]
    public void Groups_may_nest_999_deep_around_a_character()
    {
        Assert.Null(ErrorOf(Nested("(", "a", ")", 999)));
        Assert.Equal("expression nests too deeply", ErrorOf(Nested("(", "a", ")", 1000)));
    }

    [Fact]
    public void Groups_that_only_group_may_nest_as_deep_as_they_like()
    {
        Assert.Null(ErrorOf(Nested("(?:", "a", ")", 100_000)));
    }

    [Fact]
    public void Deep_nesting_of_any_kind_is_an_error_and_no_stack_overflow()
    {
        Assert.Equal("expression nests too deeply", ErrorOf(Nested("(", "a", ")", 100_000)));
        Assert.Equal("expression nests too deeply", ErrorOf(Nested("(?:", "a", ")*", 100_000)));
        Assert.Equal("expression nests too deeply", ErrorOf(Nested("(?:a", "a", "b)", 100_000)));
        Assert.Equal("expression nests too deeply", ErrorOf(Nested("(?:ab|", "a", ")", 30_000)));
        Assert.StartsWith("missing closing ): `((", ErrorOf(new string('(', 100_000)), StringComparison.Ordinal);
        Assert.StartsWith("missing closing ]: `[[", ErrorOf(new string('[', 100_000)), StringComparison.Ordinal);
        Assert.StartsWith("unexpected ): `))", ErrorOf(new string(')', 100_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_may_take_131072_instructions()
    {
        string thousands = string.Concat(Enumerable.Repeat("(?:ab{999})", 131));

        Assert.Null(ErrorOf(thousands + new string('c', 72)));
        Assert.Equal("expression too large", ErrorOf(thousands + new string('c', 73)));
    }

    [Fact]
    public void The_classes_of_a_pattern_may_not_take_more_than_their_share()
    {
        Assert.Null(ErrorOf(string.Concat(Enumerable.Repeat(@"\pL", 2000))));
        Assert.Equal("expression too large", ErrorOf(string.Concat(Enumerable.Repeat(@"[\pL_]", 2000))));
    }

    private static string? ErrorOf(string pattern)
    {
        Re2Pattern.Parse(pattern, out string? error);
        return error;
    }

    private static string Nested(string open, string inner, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));
}
