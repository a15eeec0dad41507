namespace Json;

/// <summary>Where the lines of a text begin, to tell the line and the column of many places.</summary>
internal sealed class LineStarts
{
    private readonly List<int> _starts = [0];

    internal LineStarts(ReadOnlySpan<byte> text)
    {
        int start = 0;
        for (int end = text.IndexOf((byte)'\n'); end >= 0; end = text[start..].IndexOf((byte)'\n'))
        {
            start += end + 1;
            _starts.Add(start);
        }
    }

    /// <summary>Line and column, both from 1 and the column in bytes, of a place in the text.</summary>
    internal (long Line, long Column) PositionOf(int offset)
    {
        int found = _starts.BinarySearch(offset);
        int line = found >= 0 ? found : ~found - 1;
        return (line + 1, offset - _starts[line] + 1);
    }
}
