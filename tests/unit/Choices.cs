using FsCheck;
using FsCheck.Fluent;

namespace UnitTests;

/// <summary>
/// The random numbers from which a generator makes a text. FsCheck draws and shrinks the numbers, because it cannot shrink values that
/// generators make from other values. When the numbers run out, each choice is the first one, so fewer numbers make a simpler text.
/// </summary>
internal sealed class Choices(int[] numbers)
{
    /// <summary>A limit above the number of choices that any text needs.</summary>
    private const int Most = 400;

    private int _next;

    /// <summary>Returns an arbitrary of texts that a constructor makes from choices.</summary>
    internal static Arbitrary<T> Making<T>(Func<int[], T> make, Func<T, int[]> choices)
    {
        Func<int[], IEnumerable<int[]>> simpler = ArbMap.Default.ArbFor<int[]>().Shrinker;
        return Arb.Convert(Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf(Most), simpler), make, choices);
    }

    /// <summary>Returns a number below a limit.</summary>
    internal int Below(int limit) => _next < numbers.Length ? (int)((uint)numbers[_next++] % (uint)limit) : 0;

    /// <summary>Returns true once in the given number of times, on average.</summary>
    internal bool OneIn(int times) => Below(times) == times - 1;

    internal T Pick<T>(params ReadOnlySpan<T> from) => from[Below(from.Length)];

    /// <summary>Returns a list of up to the given number of elements.</summary>
    internal List<T> Some<T>(int most, Func<int, T> make) => [.. Enumerable.Range(0, Below(most + 1)).Select(make)];

    /// <summary>Returns the elements in random order.</summary>
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
