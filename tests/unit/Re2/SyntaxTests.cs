using Re2;

namespace UnitTests.Re2;

/// <summary>Covers syntax that the corpus of Go's answers lacks, or where it would be hard to find.</summary>
public sealed class SyntaxTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", true)]
    [InlineData("b", "abc", true)]
    [InlineData("^b", "abc", false)]
    [InlineData("^/bin/sh$", "/bin/sh", true)]
    [InlineData("^/bin/sh$", "/bin/sh\n", false)]
    [InlineData("^/bin/sh$", "x/bin/sh", false)]
    [InlineData(@"\Aa\z", "a", true)]
    [InlineData("a|^b|c$", "xcx", false)]
    [InlineData("(^a|b)c", "xac", false)]
    [InlineData("x*^a", "xa", false)]
    [InlineData("(?:$)a", "a", false)]
    [InlineData("a$|b", "ab", true)]
    public void Matching_is_unanchored_unless_the_pattern_says_otherwise(string pattern, string input, bool expected)
    {
        AssertMatch(expected, pattern, input);
    }

    [Theory]
    [InlineData("(?m)^b$", "a\nb\nc", true)]
    [InlineData("(?m)^$", "a\n", true)]
    [InlineData("(?m)^$", "a\nb", false)]
    [InlineData("^b", "a\nb", false)]
    [InlineData("(?s)a.b", "a\nb", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("(?i)AbC", "aBc", true)]
    [InlineData("a(?i)b", "AB", false)]
    [InlineData("a(?i)b", "aB", true)]
    [InlineData("(?i:a)b", "AB", false)]
    [InlineData("((?i)a)b", "Ab", true)]
    [InlineData("((?i)a)b", "AB", false)]
    [InlineData("(?i)a(?-i)b", "Ab", true)]
    [InlineData("(?i)a(?-i:b)c", "AbC", true)]
    [InlineData("(?i)a|(?-i)b|c", "C", false)]
    [InlineData("(?U)a+?b", "aab", true)]
    [InlineData("(?-s)a.b", "a\nb", false)]
    [InlineData("(?sm-i:^..b)", "a\nb", true)]
    public void Flags_hold_to_the_end_of_their_group(string pattern, string input, bool expected)
    {
        AssertMatch(expected, pattern, input);
    }

    [Theory]
    [InlineData(@"\bab\b", "x ab.", true)]
    [InlineData(@"\bab\b", "xab", false)]
    [InlineData(@"\bab\b", "ab_", false)]
    [InlineData(@"\bab\b", "\u00E9ab\u00E9", true)]
    [InlineData(@"a\Bb", "ab", true)]
    [InlineData(@"^\B$", "", true)]
    [InlineData(@"\b", "", false)]
    [InlineData(@"\b", ".a", true)]
    [InlineData(@"(?m)a$\b", "a", true)]
    [InlineData(@"a\b\b$", "a", true)]
    [InlineData(@"(\b|^)*a", "a", true)]
    public void Word_boundaries_know_only_ASCII_words(string pattern, string input, bool expected)
    {
        AssertMatch(expected, pattern, input);
    }

    [Theory]
    [InlineData("a*(?i)*", "a", true)]
    [InlineData("^ab\\Q\\E*$", "abbb", true)]
    [InlineData("^\\Qa.b\\E+$", "a.bbb", true)]
    [InlineData("^\\Qa\\", "a\\", true)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("^a{01}$", "a{01}", true)]
    [InlineData("^a{1,2", "a{1,2", true)]
    [InlineData("^(a{2}){3}$", "aaaaaa", true)]
    [InlineData("^(a{2}){3}$", "aaaaa", false)]
    [InlineData("^(?:(a?){3}){2}$", "aaaaaa", true)]
    [InlineData("^(?:(a?){3}){2}$", "aaaaaaa", false)]
    [InlineData("^(a{2,3}){2}$", "aaaaaaa", false)]
    [InlineData("^(a{0,2}){0}b$", "ab", false)]
    [InlineData("^((a{0}){5})*b$", "b", true)]
    [InlineData("^(a*){3,5}b$", "aaaaaaab", true)]
    [InlineData("^(a+){2,}b$", "ab", false)]
    [InlineData("^(ab?){2,3}c$", "aabac", true)]
    public void Repetition_counts_what_Go_counts(string pattern, string input, bool expected)
    {
        AssertMatch(expected, pattern, input);
    }

    [Theory]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]$", "]", false)]
    [InlineData("^[a-]+$", "-a", true)]
    [InlineData("^[-a]+$", "-a", true)]
    [InlineData("^[a-c-e]+$", "b-e", true)]
    [InlineData("^[a-z-[aeiou]]$", "b]", true)]
    [InlineData(@"^[\d\-x]+$", "1-x", true)]
    [InlineData("^[[:word:][:^ascii:]]+$", "a_1\u00E9", true)]
    [InlineData("^[[:]+$", "[:", true)]
    [InlineData("^[[:alpha]+$", "[:alph", true)]
    [InlineData("[^a]", "\n", true)]
    [InlineData(@"^[\x{1F600}-\x{1F64F}]$", "\U0001F601", true)]
    [InlineData(@"^\s$", "\v", false)]
    [InlineData(@"^[[:space:]]$", "\v", true)]
    [InlineData(@"^[\x00-\x{10FFFF}]$", "\U0010FFFF", true)]
    [InlineData(@"[^\x00-\x{10FFFF}]", "a", false)]
    public void Classes_hold_what_Go_puts_there(string pattern, string input, bool expected)
    {
        AssertMatch(expected, pattern, input);
    }

    [Fact]
    public void Text_is_matched_by_code_points()
    {
        AssertMatch(true, "^.$", "\U0001F600");
        AssertMatch(true, "^[\U0001F600]+$", "\U0001F600\U0001F600");
        AssertMatch(false, "\uD83D", "\U0001F600");
    }

    /// <summary>Not a theory, because attribute arguments are stored in UTF-8, which cannot contain a lone surrogate.</summary>
    [Fact]
    public void A_lone_surrogate_counts_as_a_replacement_character()
    {
        AssertMatch(true, "^.$", "\uD83D");
        AssertMatch(true, "^\uFFFD.$", "\uD83Da");
        AssertMatch(true, "^\uDE00$", "\uFFFD");
        AssertMatch(true, "^[\uDE00]$", "\uFFFD");
        AssertMatch(true, "^\uDE00\uD83Da$", "\uDC00\uDC00a");
        AssertMatch(false, @"\x{D83D}", "\uD83D");
    }

    /// <summary>Asserts that both matchers give the answer, although the texts are short.</summary>
    private static void AssertMatch(bool expected, string pattern, string input)
    {
        Prog prog = Compiler.Compile(new Parser(pattern).Parse());

        Assert.Equal(expected, Re2Pattern.Parse(pattern, out _)!.IsMatch(input));
        Assert.Equal(expected, new LazyDfa(prog).IsMatch(input));
    }
}
