namespace Re2;

internal static class Alternatives
{
    /// <summary>Makes one class of each run of alternatives that are classes: a|b|[0-9] is [ab0-9].</summary>
    public static Node[] MergeClasses(Node[] alternatives, CharClassParser limits)
    {
        var merged = new List<Node>(alternatives.Length);
        int next = 0;
        while (next < alternatives.Length)
        {
            int start = next;
            while (next < alternatives.Length && alternatives[next].Op == NodeOp.CharClass)
            {
                next++;
            }

            merged.Add(next - start > 1
                ? Node.Of(limits.Limited(Union(alternatives.AsSpan(start, next - start))))
                : alternatives[start]);
            next = Math.Max(next, start + 1);
        }

        return [.. merged];
    }

    private static CharClass Union(ReadOnlySpan<Node> classes)
    {
        var members = new CharClassBuilder();
        foreach (Node node in classes)
        {
            members.Add(node.Class!);
        }

        return members.Build();
    }
}
