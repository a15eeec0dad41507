using System.Globalization;
using System.Text;

namespace HookCtl.Output;

/// <summary>The difference of two texts, as diff -u and patch(1) have it.</summary>
internal static class UnifiedDiff
{
    /// <summary>How many unchanged lines are shown around a change.</summary>
    private const int Context = 3;

    /// <summary>The largest table of common lines; changes that need a larger one are shown as a whole.</summary>
    private const int TableLimit = 4_000_000;

    /// <summary>One line: ' ' is in both texts, '-' in the old one, '+' in the new one.</summary>
    private readonly record struct Edit(char Kind, string Line);

    /// <summary>The difference; empty if there is none.</summary>
    internal static string Of(List<string> old, List<string> fresh, string oldName, string freshName)
    {
        List<Edit> edits = Compare(old, fresh);
        var diff = new StringBuilder();
        int oldLine = 1, freshLine = 1, at = 0;
        while (edits.FindIndex(at, edit => edit.Kind != ' ') is >= 0 and var change)
        {
            int start = Math.Max(at, change - Context);
            oldLine += start - at;
            freshLine += start - at;
            List<Edit> hunk = edits[start..EndOfHunk(edits, change)];
            if (diff.Length == 0)
            {
                diff.Append($"--- {oldName}\n+++ {freshName}\n");
            }

            int oldCount = hunk.Count(edit => edit.Kind != '+'), freshCount = hunk.Count(edit => edit.Kind != '-');
            diff.Append($"@@ -{Range(oldLine, oldCount)} +{Range(freshLine, freshCount)} @@\n");
            hunk.ForEach(edit => diff.Append(edit.Kind).Append(edit.Line).Append('\n'));
            oldLine += oldCount;
            freshLine += freshCount;
            at = start + hunk.Count;
        }

        return diff.ToString();
    }

    /// <summary>The lines of a file, the last one with a remark if nothing ends it; none if there is no file.</summary>
    internal static List<string> Lines(byte[]? file)
    {
        string text = Encoding.UTF8.GetString(file ?? []);
        if (text.Length == 0)
        {
            return [];
        }

        List<string> lines = [.. text.Split('\n')];
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }
        else
        {
            lines[^1] += "\n\\ No newline at end of file";
        }

        return lines;
    }

    /// <summary>A range of no lines stands behind the line before it.</summary>
    private static string Range(int line, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? line - 1 : line)},{count}");

    /// <summary>Changes with little between them are shown in one.</summary>
    private static int EndOfHunk(List<Edit> edits, int change)
    {
        int last = change;
        for (int i = change; i < edits.Count && i - last <= (2 * Context) + 1; i++)
        {
            last = edits[i].Kind == ' ' ? last : i;
        }

        return Math.Min(last + Context + 1, edits.Count);
    }

    private static List<Edit> Compare(List<string> old, List<string> fresh)
    {
        int shorter = Math.Min(old.Count, fresh.Count);
        int head = 0;
        while (head < shorter && old[head] == fresh[head])
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && old[^(tail + 1)] == fresh[^(tail + 1)])
        {
            tail++;
        }

        List<Edit> edits = [.. old[..head].Select(line => new Edit(' ', line))];
        edits.AddRange(CompareMiddle(old[head..^tail], fresh[head..^tail]));
        edits.AddRange(old[^tail..].Select(line => new Edit(' ', line)));
        return edits;
    }

    /// <summary>By the longest common subsequence.</summary>
    private static IEnumerable<Edit> CompareMiddle(List<string> old, List<string> fresh)
    {
        bool tooLarge = (long)(old.Count + 1) * (fresh.Count + 1) > TableLimit;
        int[,] common = tooLarge ? new int[0, 0] : CommonFrom(old, fresh);
        int i = 0, j = 0;
        while (i < old.Count || j < fresh.Count)
        {
            if (!tooLarge && i < old.Count && j < fresh.Count && old[i] == fresh[j])
            {
                yield return new Edit(' ', old[i]);
                i++;
                j++;
            }
            else if (i < old.Count && (tooLarge || j == fresh.Count || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return new Edit('-', old[i++]);
            }
            else
            {
                yield return new Edit('+', fresh[j++]);
            }
        }
    }

    /// <summary>How many lines the rests of the texts from two places on have in common.</summary>
    private static int[,] CommonFrom(List<string> old, List<string> fresh)
    {
        int[,] common = new int[old.Count + 1, fresh.Count + 1];
        for (int i = old.Count - 1; i >= 0; i--)
        {
            for (int j = fresh.Count - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == fresh[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
