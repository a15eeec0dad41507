using FsCheck;
using FsCheck.Fluent;

namespace UnitTests;

/// <summary>
/// What decides about a text that is made at random: FsCheck draws and shrinks the numbers, which it can do for any text as it cannot for
/// what generators make of others. Where they have been used up, it is the first choice, so fewer of them make a simpler text.
/// </summary>
internal sealed class Choices(int[] numbers)
{
    /// <summary>More than any of our texts takes.</summary>
    private const int Most = 400;

    private int _next;

    /// <summary>Any text that a constructor makes of choices.</summary>
    internal static Arbitrary<T> Making<T>(Func<int[], T> make, Func<T, int[]> choices)
    {
        Func<int[], IEnumerable<int[]>> simpler = ArbMap.Default.ArbFor<int[]>().Shrinker;
        return Arb.Convert(Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf(Most), simpler), make, choices);
    }

    /// <summary>A number below a limit.</summary>
    internal int Below(int limit) => _next < numbers.Length ? (int)((uint)numbers[_next++] % (uint)limit) : 0;

    /// <summary>Happens once in so many times.</summary>
    internal bool OneIn(int times) => Below(times) == times - 1;

    internal T Pick<T>(params ReadOnlySpan<T> from) => from[Below(from.Length)];

    /// <summary>Up to so many of what is made.</summary>
    internal List<T> Some<T>(int most, Func<int, T> make) => [.. Enumerable.Range(0, Below(most + 1)).Select(make)];

    /// <summary>In any order.</summary>
    internal List<T> Shuffled<T>(IEnumerable<T> elements)
    {
        List<T> shuffled = [];
        foreach (T element in elements)
        {
            shuffled.Insert(shuffled.Count - Below(shuffled.Count + 1), element);
        }

        return shuffled;
    }
}
