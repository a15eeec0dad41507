namespace Re2;

/// <summary>A repetition operator: *, +, ?, {n}, {n,} or {n,m}.</summary>
internal readonly record struct RepeatOperator(int Min, int Max, bool Counted)
{
    /// <summary>Go's limit on a count, and on the product of nested ones.</summary>
    public const int MaxCount = 1000;

    /// <summary>Reads an operator, if the reader is at one; only a { may turn out to be none.</summary>
    public static bool TryParse(PatternReader reader, out RepeatOperator repeat)
    {
        int start = reader.Position;
        repeat = reader.ReadRune() switch
        {
            '*' => new RepeatOperator(0, Node.Unbounded, false),
            '+' => new RepeatOperator(1, Node.Unbounded, false),
            '?' => new RepeatOperator(0, 1, false),
            _ => new RepeatOperator(0, 0, true),
        };
        if (!repeat.Counted)
        {
            return true;
        }

        bool wellFormed = TryParseCounts(reader, out int min, out int max);
        if (!wellFormed)
        {
            reader.Position = start;
        }
        else if (min > MaxCount || max > MaxCount || (max != Node.Unbounded && min > max))
        {
            throw InvalidCount(reader.Since(start));
        }

        repeat = new RepeatOperator(min, max, true);
        return wellFormed;
    }

    public static PatternSyntaxException InvalidCount(ReadOnlySpan<char> expression) =>
        new("invalid repeat count", expression);

    public Node Apply(Node sub) => Counted ? Node.CountedRepeat(sub, Min, Max) : Node.Repeat(sub, Min, Max);

    private static bool TryParseCounts(PatternReader reader, out int min, out int max)
    {
        bool wellFormed = TryParseNumber(reader, out min);
        max = min;
        if (wellFormed && reader.Accept(','))
        {
            max = Node.Unbounded;
            wellFormed = reader.LooksAt('}') || TryParseNumber(reader, out max);
        }

        return wellFormed && reader.Accept('}');
    }

    /// <summary>Reads a decimal number without leading zeros; one over the limit need not be exact.</summary>
    private static bool TryParseNumber(PatternReader reader, out int number)
    {
        int start = reader.Position;
        number = 0;
        while (!reader.AtEnd && char.IsAsciiDigit(reader.Rest[0]))
        {
            number = Math.Min((10 * number) + reader.ReadRune() - '0', MaxCount + 1);
        }

        ReadOnlySpan<char> digits = reader.Since(start);
        return digits.Length == 1 || (digits.Length > 1 && digits[0] != '0');
    }
}
