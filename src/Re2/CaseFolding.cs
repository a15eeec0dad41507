using System.Text;

namespace Re2;

/// <summary>
/// Simple case folding: the code points that (?i) takes for one another form an orbit, such as k, K and U+212A.
/// </summary>
internal static class CaseFolding
{
    private const int FirstCased = 'A';

    /// <summary>Past the last code point that folds in any version of Unicode so far, U+1E943.</summary>
    private const int LastCased = 0x1EFFF;

    /// <summary>The code points that are neither the canonical one of their orbit nor its upper case.</summary>
    private const string Strays =
        "\u00B5\u017F\u01C5\u01C8\u01CB\u01F2\u0345\u03C2\u03D0\u03D1\u03D5\u03D6\u03F0\u03F1\u03F4\u03F5" +
        "\u1C80\u1C81\u1C82\u1C83\u1C84\u1C85\u1C86\u1C87\u1C88\u1E9B\u1E9E\u1FBE\u2126\u212A\u212B";

    /// <summary>Everything in the orbits of a class.</summary>
    public static CharClass Fold(CharClass unfolded)
    {
        CharClass canonicals = Canonicals(unfolded);
        var folded = new CharClassBuilder();
        folded.Add(unfolded);
        folded.Add(canonicals);
        for (int i = 0; i < canonicals.Bounds.Length; i += 2)
        {
            for (int rune = canonicals.Bounds[i]; rune <= canonicals.Bounds[i + 1]; rune++)
            {
                folded.Add(ToUpper(rune));
            }
        }

        foreach (char stray in Strays)
        {
            if (canonicals.Contains(Canonical(stray)))
            {
                folded.Add(stray);
            }
        }

        return folded.Build();
    }

    /// <summary>The one member of the orbit of a code point that stands for all.</summary>
    public static int Canonical(int rune)
    {
        // .NET does not give the long s its upper case S.
        return rune == 0x17F ? 's' : ToLower(ToUpper(rune));
    }

    private static CharClass Canonicals(CharClass unfolded)
    {
        var canonicals = new CharClassBuilder();
        for (int i = 0; i < unfolded.Bounds.Length; i += 2)
        {
            int last = Math.Min(unfolded.Bounds[i + 1], LastCased);
            for (int rune = Math.Max(unfolded.Bounds[i], FirstCased); rune <= last; rune++)
            {
                canonicals.Add(Canonical(rune));
            }
        }

        return canonicals.Build();
    }

    private static int ToUpper(int rune) =>
        rune < 0x80 ? char.IsAsciiLetterLower((char)rune) ? rune - 0x20 : rune
        : Rune.IsValid(rune) ? Rune.ToUpperInvariant(new Rune(rune)).Value
        : rune;

    private static int ToLower(int rune) =>
        rune < 0x80 ? char.IsAsciiLetterUpper((char)rune) ? rune + 0x20 : rune
        : Rune.IsValid(rune) ? Rune.ToLowerInvariant(new Rune(rune)).Value
        : rune;
}
