namespace Re2;

/// <summary>A set of code points: ranges that are sorted and neither overlap nor touch.</summary>
internal sealed class CharClass(int[] bounds)
{
    public const int MaxRune = 0x10FFFF;

    /// <summary>First and last code point of each range in turn.</summary>
    public ReadOnlySpan<int> Bounds => bounds;

    /// <summary>The number the compiler gave to the class.</summary>
    public int Index { get; set; } = -1;

    public bool Contains(int rune)
    {
        int low = 0;
        int high = bounds.Length / 2;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (bounds[(2 * middle) + 1] < rune)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return 2 * low < bounds.Length && bounds[2 * low] <= rune;
    }
}
