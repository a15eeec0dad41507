using Re2;

namespace UnitTests.Re2;

public sealed class ParseErrorTests
{
    [Theory]
    [InlineData("[a", "missing closing ]: `[a`")]
    [InlineData("x[^", "missing closing ]: `[^`")]
    [InlineData("[[:alpha:]", "missing closing ]: `[[:alpha:]`")]
    [InlineData("x(a", "missing closing ): `x(a`")]
    [InlineData("(?:a", "missing closing ): `(?:a`")]
    [InlineData("a)b", "unexpected ): `a)b`")]
    [InlineData("(?<", "invalid or unsupported Perl syntax: `(?<`")]
    [InlineData("(?", "invalid or unsupported Perl syntax: `(?`")]
    [InlineData("x(?=a)", "invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`")]
    [InlineData("(?i-s-m)a", "invalid or unsupported Perl syntax: `(?i-s-`")]
    [InlineData("(?P=n)", "invalid or unsupported Perl syntax: `(?P`")]
    [InlineData("(?<n-m>a)", "invalid named capture: `(?<n-m>`")]
    [InlineData("(?P<>a)", "invalid named capture: `(?P<>`")]
    [InlineData("(?P<n", "invalid named capture: `(?P<n`")]
    [InlineData("a**", "invalid nested repetition operator: `**`")]
    [InlineData("a+??b", "invalid nested repetition operator: `+??`")]
    [InlineData("a{2}{3}b", "invalid nested repetition operator: `{2}{3}`")]
    [InlineData("*", "missing argument to repetition operator: `*`")]
    [InlineData("a|*?b", "missing argument to repetition operator: `*?`")]
    [InlineData("(+)", "missing argument to repetition operator: `+`")]
    [InlineData("(?i){2}", "missing argument to repetition operator: `{2}`")]
    [InlineData("\\Q\\E?", "missing argument to repetition operator: `?`")]
    [InlineData("a{1001}", "invalid repeat count: `{1001}`")]
    [InlineData("a{2,1}", "invalid repeat count: `{2,1}`")]
    [InlineData("a{1,99999999999}", "invalid repeat count: `{1,99999999999}`")]
    [InlineData("(a{100}){11}?b", "invalid repeat count: `{11}?`")]
    [InlineData("\\", "trailing backslash at end of expression: ``")]
    [InlineData("[a\\", "trailing backslash at end of expression: ``")]
    [InlineData("\\8", "invalid escape sequence: `\\8`")]
    [InlineData("\\1", "invalid escape sequence: `\\1`")]
    [InlineData("\\Z", "invalid escape sequence: `\\Z`")]
    [InlineData("\\u0041", "invalid escape sequence: `\\u`")]
    [InlineData("\\x4", "invalid escape sequence: `\\x4`")]
    [InlineData("\\x{4g}", "invalid escape sequence: `\\x{4g`")]
    [InlineData("\\x{110000}", "invalid escape sequence: `\\x{110000`")]
    [InlineData("[\\b]", "invalid escape sequence: `\\b`")]
    [InlineData("\\\u00E9", "invalid escape sequence: `\\\u00E9`")]
    [InlineData("[z-a]", "invalid character class range: `z-a`")]
    [InlineData("[[:foo:]]", "invalid character class range: `[:foo:]`")]
    [InlineData("a\\p{Greek", "invalid character class range: `\\p{Greek`")]
    [InlineData("\\p", "invalid character class range: `\\p`")]
    [InlineData("\\P{^greek}x", "invalid character class range: `\\P{^greek}`")]
    public void An_error_says_in_the_words_of_Go_what_is_wrong(string pattern, string expected)
    {
        Assert.Null(Re2Pattern.Parse(pattern, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_valid_pattern_has_no_error_and_remembers_its_source()
    {
        Re2Pattern? pattern = Re2Pattern.Parse("^(?P<name>a|b)*$", out string? error);

        Assert.Null(error);
        Assert.Equal("^(?P<name>a|b)*$", pattern?.ToString());
    }
}
