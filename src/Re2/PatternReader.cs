using System.Text;

namespace Re2;

/// <summary>A position in the text of an expression.</summary>
internal sealed class PatternReader(string text)
{
    /// <summary>What <see cref="ReadRune"/> returns at the end; no code point, so no syntax accepts it.</summary>
    public const int End = -1;

    public string Text { get; } = text;

    public int Position { get; set; }

    public bool AtEnd => Position == Text.Length;

    public ReadOnlySpan<char> Rest => Text.AsSpan(Position);

    /// <summary>The text from a position up to the current one.</summary>
    public ReadOnlySpan<char> Since(int start) => Text.AsSpan(start, Position - start);

    /// <summary>Whether the rest begins with a character.</summary>
    public bool LooksAt(char c) => Position < Text.Length && Text[Position] == c;

    public bool LooksAt(string s) => Rest.StartsWith(s, StringComparison.Ordinal);

    /// <summary>Steps over a character if it is the next one.</summary>
    public bool Accept(char c)
    {
        bool accepted = LooksAt(c);
        if (accepted)
        {
            Position++;
        }

        return accepted;
    }

    public int ReadRune()
    {
        if (AtEnd)
        {
            return End;
        }

        // An invalid sequence is reported as U+FFFD.
        Rune.DecodeFromUtf16(Rest, out Rune rune, out int length);
        Position += length;
        return rune.Value;
    }
}
