namespace HookEngine.Changing.Injection;

/// <summary>One edit of a text: some bytes are taken out at a place, others put in. The rest stays as it is, to the byte.</summary>
/// <param name="Offset">The place, in bytes of the text before the edit.</param>
/// <param name="Removed">What is taken out there.</param>
/// <param name="Inserted">What is put in its place.</param>
public sealed record Splice(int Offset, byte[] Removed, byte[] Inserted)
{
    /// <summary>Whether both are the same edit.</summary>
    public bool Equals(Splice? other) =>
        other is not null
        && Offset == other.Offset
        && Removed.AsSpan().SequenceEqual(other.Removed)
        && Inserted.AsSpan().SequenceEqual(other.Inserted);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Offset, Removed.Length, Inserted.Length);

    /// <summary>How long a text of <paramref name="length"/> bytes is after the edits.</summary>
    public static int LengthAfter(int length, IReadOnlyList<Splice> splices)
    {
        foreach (Splice splice in splices)
        {
            length += splice.Inserted.Length - splice.Removed.Length;
        }

        return length;
    }

    /// <summary>The one edit that makes a text another; null if they are the same.</summary>
    internal static Splice? Between(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        int start = from.CommonPrefixLength(to);
        if (start == from.Length && start == to.Length)
        {
            return null;
        }

        int end = 0;
        while (end < Math.Min(from.Length, to.Length) - start && from[^(end + 1)] == to[^(end + 1)])
        {
            end++;
        }

        return new Splice(start, from[start..^end].ToArray(), to[start..^end].ToArray());
    }

    /// <summary>Writes the edited text.</summary>
    /// <param name="text">The text before the edits.</param>
    /// <param name="splices">The edits in the order of their places, none within another.</param>
    /// <param name="result">As long as <see cref="LengthAfter"/> says.</param>
    public static void Apply(ReadOnlySpan<byte> text, IReadOnlyList<Splice> splices, Span<byte> result)
    {
        int done = 0;
        foreach (Splice splice in splices)
        {
            ReadOnlySpan<byte> kept = text[done..splice.Offset];
            kept.CopyTo(result);
            splice.Inserted.CopyTo(result[kept.Length..]);
            result = result[(kept.Length + splice.Inserted.Length)..];
            done = splice.Offset + splice.Removed.Length;
        }

        text[done..].CopyTo(result);
    }

    /// <summary>The edits of two lists, of which none is within one of the other, in the order of their places.</summary>
    internal static List<Splice> Merge(IReadOnlyList<Splice> one, IReadOnlyList<Splice> other) =>
        [.. one.Concat(other).OrderBy(splice => splice.Offset)];

    /// <summary>
    /// The edits that lead back, for the text that these led to. Null if that text does not show them, having been
    /// changed since.
    /// </summary>
    internal static List<Splice>? Invert(IReadOnlyList<Splice> splices, ReadOnlySpan<byte> edited)
    {
        var inverse = new List<Splice>(splices.Count);
        int shift = 0;
        int done = 0;
        foreach (Splice splice in splices)
        {
            int offset = splice.Offset + shift;
            if (offset < done || offset > edited.Length || !edited[offset..].StartsWith(splice.Inserted))
            {
                return null;
            }

            done = offset + splice.Inserted.Length;

            inverse.Add(new Splice(offset, splice.Inserted, splice.Removed));
            shift += splice.Inserted.Length - splice.Removed.Length;
        }

        return inverse;
    }
}
