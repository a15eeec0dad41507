using System.Text;

namespace Re2;

/// <summary>
/// Divides all code points into symbols: code points of the same symbol are in the same classes of a
/// <see cref="Prog"/>, and of the same kind for its assertions, so that it cannot tell them apart.
/// </summary>
internal sealed class Alphabet
{
    /// <summary>The first code point of each interval that no class divides.</summary>
    private readonly int[] _starts;

    /// <summary>The symbol of each interval.</summary>
    private readonly int[] _symbols;

    private readonly int[] _asciiSymbols = new int[0x80];

    /// <summary>A code point of each symbol.</summary>
    private readonly int[] _representatives;

    public Alphabet(CharClass[] classes, bool distinguishesLines, bool distinguishesWords)
    {
        var all = new List<CharClass>(classes);
        if (distinguishesLines)
        {
            all.Add(new CharClass(['\n', '\n']));
        }

        if (distinguishesWords)
        {
            all.Add(AsciiClasses.Perl('w')!);
        }

        _starts = Starts(all);
        var partition = new Partition(_starts);
        foreach (CharClass charClass in all)
        {
            partition.Split(charClass);
        }

        _symbols = partition.Symbols;
        Count = partition.Renumber();
        _representatives = new int[Count];
        for (int i = 0; i < _starts.Length; i++)
        {
            _representatives[_symbols[i]] = _starts[i];
            int end = i + 1 < _starts.Length ? _starts[i + 1] : _asciiSymbols.Length;
            for (int rune = _starts[i]; rune < Math.Min(end, _asciiSymbols.Length); rune++)
            {
                _asciiSymbols[rune] = _symbols[i];
            }
        }
    }

    /// <summary>How many symbols there are.</summary>
    public int Count { get; }

    public int RepresentativeOf(int symbol) => _representatives[symbol];

    public CharKind KindOf(int symbol) => _representatives[symbol] switch
    {
        '\n' => CharKind.Newline,
        '_' => CharKind.Word,
        int rune when rune < 0x80 && char.IsAsciiLetterOrDigit((char)rune) => CharKind.Word,
        _ => CharKind.Other,
    };

    /// <summary>The symbol of the code point at a position, which moves on to the next one.</summary>
    public int Read(ReadOnlySpan<char> text, ref int position)
    {
        char c = text[position];
        if (c < _asciiSymbols.Length)
        {
            position++;
            return _asciiSymbols[c];
        }

        // An invalid sequence is reported as U+FFFD.
        Rune.DecodeFromUtf16(text[position..], out Rune rune, out int length);
        position += length;
        int index = Array.BinarySearch(_starts, rune.Value);
        return _symbols[index >= 0 ? index : ~index - 1];
    }

    private static int[] Starts(List<CharClass> classes)
    {
        int count = 1;
        foreach (CharClass charClass in classes)
        {
            count += charClass.Bounds.Length;
        }

        int[] starts = new int[count];
        int filled = 1;
        foreach (CharClass charClass in classes)
        {
            for (int i = 0; i < charClass.Bounds.Length; i += 2)
            {
                starts[filled++] = charClass.Bounds[i];
                starts[filled++] = charClass.Bounds[i + 1] + 1;
            }
        }

        Array.Sort(starts);
        int kept = 1;
        for (int i = 1; i < count; i++)
        {
            if (starts[i] != starts[i - 1])
            {
                starts[kept++] = starts[i];
            }
        }

        return starts[..kept];
    }
}
