using System.Numerics;

namespace Re2;

/// <summary>Sets of instructions, a bit for each.</summary>
internal static class BitSet
{
    public static ulong[] Create(int capacity) => new ulong[(capacity + 63) / 64];

    /// <summary>Adds a member, and tells whether it is new.</summary>
    public static bool Add(Span<ulong> set, int member)
    {
        ulong before = set[member >> 6];
        set[member >> 6] = before | (1UL << member);
        return before != set[member >> 6];
    }

    /// <summary>Whether two sets have a member in common.</summary>
    public static bool Intersect(ReadOnlySpan<ulong> set, ReadOnlySpan<ulong> other)
    {
        for (int i = 0; i < set.Length; i++)
        {
            if ((set[i] & other[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes what is not in another set, and tells whether anything remains.</summary>
    public static bool IntersectWith(Span<ulong> set, ReadOnlySpan<ulong> other)
    {
        ulong any = 0;
        for (int i = 0; i < set.Length; i++)
        {
            set[i] &= other[i];
            any |= set[i];
        }

        return any != 0;
    }

    /// <summary>Takes the least member out of a word of a set.</summary>
    public static int TakeLeast(ref ulong word, int wordIndex)
    {
        int member = (wordIndex << 6) + BitOperations.TrailingZeroCount(word);
        word &= word - 1;
        return member;
    }
}
