namespace Re2;

/// <summary>Gives each interval of code points a symbol: the same to those that no class has told apart yet.</summary>
internal sealed class Partition(int[] starts)
{
    /// <summary>For each symbol the split that last divided it, and the symbol of what went into the class.</summary>
    private readonly (int Split, int Symbol)[] _divisions = new (int, int)[3 * starts.Length];
    private int _count = 1;
    private int _splits;

    /// <summary>The symbol of each interval.</summary>
    public int[] Symbols { get; } = new int[starts.Length];

    /// <summary>Tells what is in a class from what is not.</summary>
    public void Split(CharClass charClass)
    {
        // A symbol that goes into the class as a whole leaves a number without use.
        if (_count > 2 * starts.Length)
        {
            Renumber();
        }

        _splits++;
        for (int i = 0; i < charClass.Bounds.Length; i += 2)
        {
            int interval = Array.BinarySearch(starts, charClass.Bounds[i]);
            for (; interval < starts.Length && starts[interval] <= charClass.Bounds[i + 1]; interval++)
            {
                ref (int Split, int Symbol) division = ref _divisions[Symbols[interval]];
                if (division.Split != _splits)
                {
                    division = (_splits, _count++);
                }

                Symbols[interval] = division.Symbol;
            }
        }
    }

    /// <summary>Numbers the symbols from 0 on without gaps, and returns how many there are.</summary>
    public int Renumber()
    {
        Array.Clear(_divisions);
        _splits = 1;
        int numbered = 0;
        for (int i = 0; i < Symbols.Length; i++)
        {
            ref (int Split, int Symbol) division = ref _divisions[Symbols[i]];
            if (division.Split != _splits)
            {
                division = (_splits, numbered++);
            }

            Symbols[i] = division.Symbol;
        }

        _count = numbered;
        return numbered;
    }
}
