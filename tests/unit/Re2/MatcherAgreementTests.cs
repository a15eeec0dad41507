using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Xunit;
using Re2;

namespace UnitTests.Re2;

/// <summary>
/// Tests random patterns, in the syntax that RE2 and .NET share with the same meaning. The backtracking engine of .NET is not a valid
/// reference: it wrongly finds (((a)*)*?[^a]\B.c){2,} in "bac \n b".
/// </summary>
public sealed class MatcherAgreementTests
{
    [Property(MaxTest = 400, Arbitrary = [typeof(GeneratedSearch)])]
    public void Both_matchers_agree_with_the_one_of_dotnet(GeneratedSearch search)
    {
        var expected = new Regex(search.Pattern, RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout);
        Prog prog = Compiler.Compile(new Parser(search.Pattern).Parse());
        foreach (string input in search.Inputs)
        {
            bool isMatch = expected.IsMatch(input);
            Assert.True(isMatch == new Nfa(prog).IsMatch(input), input);
            Assert.True(isMatch == new LazyDfa(prog).IsMatch(input), input);
        }
    }

    /// <summary>A pattern, and texts to search.</summary>
    public sealed class GeneratedSearch
    {
        private const string InputAlphabet = "aaabbbc_ \n";

        private static readonly string[] s_atoms =
        [
            "", "a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\W", "ab", "^", "\\z", "\\b", "\\B", "(?m:^)", "(?m:$)",
        ];

        private static readonly string[] s_operators = ["*", "+", "?", "*?", "{2}", "{0,3}", "{1,2}", "{2,}", "{0}"];

        private readonly int[] _numbers;
        private readonly Choices _choices;

        private GeneratedSearch(int[] numbers)
        {
            _numbers = numbers;
            _choices = new Choices(numbers);
            Pattern = SomePattern(4);
            Inputs = [.. Enumerable.Range(0, 12).Select(_ => string.Concat(_choices.Some(11, _ => _choices.Pick<char>(InputAlphabet))))];
        }

        internal string Pattern { get; }

        internal string[] Inputs { get; }

        public static Arbitrary<GeneratedSearch> Any() => Choices.Making(numbers => new GeneratedSearch(numbers), made => made._numbers);

        public override string ToString() => Pattern;

        private string SomePattern(int depth)
        {
            if (depth == 0)
            {
                return _choices.Pick<string>(s_atoms);
            }

            string first = SomePattern(depth - 1);
            string second = SomePattern(_choices.Below(depth));
            return _choices.Below(4) switch
            {
                3 => $"(?:{first}|{second})",
                2 => $"({first}){_choices.Pick<string>(s_operators)}",
                _ => first + second,
            };
        }
    }
}
