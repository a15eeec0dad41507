namespace Re2;

/// <summary>Collects code points for a <see cref="CharClass"/>.</summary>
internal sealed class CharClassBuilder
{
    /// <summary>Ranges in any order, each as (first &lt;&lt; 32 | last), which sorts by itself.</summary>
    private long[] _ranges = new long[4];
    private int _count;

    public void Add(int rune) => Add(rune, rune);

    public void Add(int first, int last)
    {
        if (_count > 0 && first >= First(_ranges[_count - 1]) && first <= Last(_ranges[_count - 1]) + 1)
        {
            int extended = Math.Max(last, Last(_ranges[_count - 1]));
            _ranges[_count - 1] = Range(First(_ranges[_count - 1]), extended);
            return;
        }

        if (_count == _ranges.Length)
        {
            Array.Resize(ref _ranges, 2 * _count);
        }

        _ranges[_count++] = Range(first, last);
    }

    public void Add(CharClass added)
    {
        ReadOnlySpan<int> bounds = added.Bounds;
        for (int i = 0; i < bounds.Length; i += 2)
        {
            Add(bounds[i], bounds[i + 1]);
        }
    }

    public CharClass Build()
    {
        Clean();
        int[] bounds = new int[2 * _count];
        for (int i = 0; i < _count; i++)
        {
            bounds[2 * i] = First(_ranges[i]);
            bounds[(2 * i) + 1] = Last(_ranges[i]);
        }

        return new CharClass(bounds);
    }

    public CharClass BuildNegated()
    {
        Clean();
        var negated = new CharClassBuilder();
        int next = 0;
        for (int i = 0; i < _count; i++)
        {
            if (next < First(_ranges[i]))
            {
                negated.Add(next, First(_ranges[i]) - 1);
            }

            next = Last(_ranges[i]) + 1;
        }

        if (next <= CharClass.MaxRune)
        {
            negated.Add(next, CharClass.MaxRune);
        }

        return negated.Build();
    }

    private static long Range(int first, int last) => ((long)first << 32) | (uint)last;

    private static int First(long range) => (int)(range >> 32);

    private static int Last(long range) => (int)range;

    /// <summary>Sorts the ranges and merges those that overlap or touch.</summary>
    private void Clean()
    {
        Array.Sort(_ranges, 0, _count);
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (kept > 0 && First(_ranges[i]) <= Last(_ranges[kept - 1]) + 1)
            {
                int last = Math.Max(Last(_ranges[i]), Last(_ranges[kept - 1]));
                _ranges[kept - 1] = Range(First(_ranges[kept - 1]), last);
            }
            else
            {
                _ranges[kept++] = _ranges[i];
            }
        }

        _count = kept;
    }
}
