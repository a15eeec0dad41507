using System.Text;
using System.Text.RegularExpressions;
using HookEngine.Re2;

namespace Tests.Unit.Re2;

/// <summary>
/// Random patterns, in the syntax that RE2 and .NET share and mean the same by. (The backtracking engine of .NET is no
/// judge: it wrongly finds (((a)*)*?[^a]\B.c){2,} in "bac \n b".)
/// </summary>
public sealed class MatcherAgreementTests
{
    private const int Patterns = 400;
    private const int InputsPerPattern = 12;
    private const string InputAlphabet = "aaabbbc_ \n";

    private static readonly string[] s_atoms =
    [
        "a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\W", "ab", "^", "\\z", "\\b", "\\B", "(?m:^)", "(?m:$)", "",
    ];

    private static readonly string[] s_operators = ["*", "+", "?", "*?", "{2}", "{0,3}", "{1,2}", "{2,}", "{0}"];

    [Fact]
    public void Both_matchers_agree_with_the_one_of_dotnet()
    {
        var random = new Random(20240229);
        for (int i = 0; i < Patterns; i++)
        {
            string source = RandomPattern(random, 4);
            var expected = new Regex(source, RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout);
            Prog prog = Compiler.Compile(new Parser(source).Parse());
            for (int j = 0; j < InputsPerPattern; j++)
            {
                string input = RandomInput(random);
                bool isMatch = expected.IsMatch(input);
                string about = $"pattern {source}, input {input}";
                Assert.True(isMatch == new Nfa(prog).IsMatch(input), about);
                Assert.True(isMatch == new LazyDfa(prog).IsMatch(input), about);
            }
        }
    }

    private static string RandomPattern(Random random, int depth)
    {
        if (depth == 0)
        {
            return s_atoms[random.Next(s_atoms.Length)];
        }

        string first = RandomPattern(random, depth - 1);
        string second = RandomPattern(random, random.Next(depth));
        return random.Next(4) switch
        {
            0 => $"(?:{first}|{second})",
            1 => $"({first}){s_operators[random.Next(s_operators.Length)]}",
            _ => first + second,
        };
    }

    private static string RandomInput(Random random)
    {
        var input = new StringBuilder();
        for (int length = random.Next(12); length > 0; length--)
        {
            input.Append(InputAlphabet[random.Next(InputAlphabet.Length)]);
        }

        return input.ToString();
    }
}
