using Re2;

namespace UnitTests.Re2;

/// <summary>
/// Backtracking would take centuries for these patterns, and continued reading would take hours. They take some milliseconds, or some
/// seconds on a busy machine. The limit only ends a test that would not end.
/// </summary>
public sealed class TimeBoundTests
{
    private const int Length = 100_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("(a+)+$", "aaaaaaaaab")]
    [InlineData("(a|a)*b", "a")]
    [InlineData("(a|aa)+c", "ab")]
    [InlineData("(.*)(.*)(.*)x", "a")]
    [InlineData("(.*a.*b){100}x", "abc")]
    [InlineData("(a?){50}a{50}x", "a")]
    [InlineData("(a?){1000}x", "ab")]
    [InlineData("(x{1,1000})y", "x")]
    [InlineData("(x{1,1000})y", "xxz")]
    [InlineData("((a{0,50}){0,15})x", "aab")]
    [InlineData("(?:a?b?c?){300}x", "abc")]
    [InlineData("(a*)*(b*)*(\\b|\\B)*x", "ab ")]
    [InlineData("\\pL{1000}x", "\u00E9")]
    public void A_hostile_pattern_takes_linear_time(string pattern, string unit)
    {
        AssertNoMatchInTime(pattern, string.Concat(Enumerable.Repeat(unit, Length / unit.Length)));
    }

    [Theory]
    [InlineData("(a|b)*a(a|b){500}c")]
    [InlineData("a[ab]{400,800}c")]
    [InlineData("(?:(a|ab|b)(b|ba|a)){400}c")]
    public void A_hostile_pattern_takes_linear_time_on_text_that_makes_ever_new_states(string pattern)
    {
        var random = new Random(1);
        string text = string.Create(Length, random, static (text, random) => random.GetItems("ab", text));

        AssertNoMatchInTime(pattern, text);
    }

    [Fact]
    public void Many_alternatives_take_linear_time()
    {
        string pattern = string.Join('|', Enumerable.Range(10_000, 3000).Select(i => $"w{i}"));

        AssertNoMatchInTime(pattern, string.Concat(Enumerable.Range(0, Length / 5).Select(i => $"w{i % 10_000:D4}")));
    }

    [Fact]
    public void A_match_ends_the_search()
    {
        Re2Pattern pattern = Re2Pattern.Parse("(a|b)*a(a|b){500}", out _)!;
        string text = new('a', 20_000_000);

        AssertEnds(() => Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(pattern.IsMatch(text))));
    }

    [Fact]
    public void A_pattern_anchored_at_the_beginning_reads_no_further_than_it_can_match()
    {
        Re2Pattern pattern = Re2Pattern.Parse("^(abc|bcd)", out _)!;
        string text = new('a', 20_000_000);

        AssertEnds(() => Assert.All(Enumerable.Range(0, 100_000), _ => Assert.False(pattern.IsMatch(text))));
    }

    private static void AssertNoMatchInTime(string pattern, string text) =>
        AssertEnds(() => Assert.False(Re2Pattern.Parse(pattern, out _)!.IsMatch(text)));

    private static void AssertEnds(Action search) => Assert.True(Task.Run(search).Wait(s_limit), $"it goes on after {s_limit}");
}
