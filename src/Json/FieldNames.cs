namespace Json;

/// <summary>What may have been meant by a field's name that nobody knows.</summary>
internal static class FieldNames
{
    private const int LongestName = 64;

    /// <summary>The known name that is most like a word, a third of which may be wrong; null if none is.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestName)
        {
            return null;
        }

        string lower = word.ToLowerInvariant();
        (string? name, int distance) = known
            .Select(name => ((string?)name, EditDistance(lower, name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant())))
            .MinBy(candidate => candidate.Item2);
        return distance <= Math.Max(word.Length / 3, 1) ? name : null;
    }

    /// <summary>How many characters to insert, remove, replace or swap with the next make the one word the other.</summary>
    private static int EditDistance(string from, string to)
    {
        int[] beforeLast = [], last = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[to.Length];
    }
}
