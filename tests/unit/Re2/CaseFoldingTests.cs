using Re2;

namespace UnitTests.Re2;

public sealed class CaseFoldingTests
{
    [Theory]
    [InlineData("kK\u212A")]
    [InlineData("sS\u017F")]
    [InlineData("\u00E5\u00C5\u212B")]
    [InlineData("\u00DF\u1E9E")]
    [InlineData("\u03C3\u03A3\u03C2")]
    [InlineData("\u03BC\u039C\u00B5")]
    [InlineData("\u03B8\u0398\u03D1\u03F4")]
    [InlineData("\u03B9\u0399\u0345\u1FBE")]
    [InlineData("\u01C4\u01C5\u01C6")]
    [InlineData("\u0442\u0422\u1C84\u1C85")]
    [InlineData("\u1E61\u1E60\u1E9B")]
    [InlineData("\uAB70\u13A0")]
    [InlineData("\u10D0\u1C90")]
    [InlineData("\U00010400\U00010428")]
    [InlineData("\u0130")]
    [InlineData("\u0131")]
    [InlineData("\uFB05")]
    public void Each_member_of_an_orbit_matches_all_of_it_and_nothing_else(string members)
    {
        int[] orbit = members.EnumerateRunes().Select(rune => rune.Value).Order().ToArray();

        Assert.All(orbit, member => Assert.Equal(orbit, Members(Fold(member, member))));
    }

    [Fact]
    public void Folding_finds_the_whole_orbit_of_every_code_point()
    {
        ILookup<int, int> orbits = Enumerable.Range(0, CharClass.MaxRune + 1).ToLookup(CaseFolding.Canonical);

        Assert.All(
            orbits.Where(orbit => orbit.Count() > 1 || orbit.Key < 0x250),
            orbit => Assert.All(orbit, member => Assert.Equal(orbit.Order(), Members(Fold(member, member)))));
    }

    [Fact]
    public void Every_code_point_whose_orbit_has_a_canonical_member_shares_it()
    {
        Assert.All(
            Enumerable.Range(0, CharClass.MaxRune + 1).Where(rune => CaseFolding.Canonical(rune) != rune),
            rune => Assert.Equal(CaseFolding.Canonical(rune), CaseFolding.Canonical(CaseFolding.Canonical(rune))));
    }

    [Theory]
    [InlineData(@"(?i)[a-z]", "\u212A", true)]
    [InlineData(@"(?i)[^a-z]", "\u017F", false)]
    [InlineData(@"(?i)\W", "\u212A", false)]
    [InlineData(@"(?i)[^\W]", "\u017F", true)]
    [InlineData(@"(?i)[[:^lower:]]", "A", false)]
    [InlineData(@"(?i)\P{Lu}", "a", false)]
    [InlineData(@"(?i)[\x{10400}-\x{10427}]", "\U00010428", true)]
    [InlineData(@"(?i)\x{10FFFF}", "\U0010FFFF", true)]
    [InlineData(@"(?i)[\x00-\x{10FFFF}]", "a", true)]
    [InlineData(@"(?i)[^\x00-\x{10FFFF}]", "a", false)]
    [InlineData(@"\W", "\u212A", true)]
    public void Classes_fold_before_they_are_negated(string pattern, string input, bool expected)
    {
        Assert.Equal(expected, Re2Pattern.Parse(pattern, out _)!.IsMatch(input));
    }

    private static CharClass Fold(int first, int last) => CaseFolding.Fold(new CharClass([first, last]));

    private static List<int> Members(CharClass charClass)
    {
        var members = new List<int>();
        for (int i = 0; i < charClass.Bounds.Length; i += 2)
        {
            for (int rune = charClass.Bounds[i]; rune <= charClass.Bounds[i + 1]; rune++)
            {
                members.Add(rune);
            }
        }

        return members;
    }
}
