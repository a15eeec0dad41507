namespace RuncWrap.PreRuntime;

/// <summary>
/// Finds the number of the container's process in a state, OCI runtime specification, "State", before the managed runtime is there to read
/// JSON. Nothing in here may allocate or throw.
/// </summary>
internal static class StatePid
{
    /// <summary>How much of a state is looked through, in bytes; runtimes write <c>pid</c> at its beginning.</summary>
    internal const int Limit = 64 * 1024;

    /// <summary>The digits of <c>pid</c>; empty if the text does not tell them, or not yet to their end.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> state)
    {
        int depth = 0;
        bool isValue = false;
        bool isPid = false;
        for (int i = 0; i < state.Length; i++)
        {
            switch (state[i])
            {
                case (byte)'"':
                    int length = StringLength(state[(i + 1)..]);
                    isPid = isValue || depth != 1 ? isPid : state.Slice(i + 1, length).SequenceEqual("pid"u8);
                    i += length + 1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    break;
                case (byte)':':
                    isValue |= depth == 1;
                    break;
                case (byte)',':
                    isValue &= depth != 1;
                    break;
                case >= (byte)'0' and <= (byte)'9' when depth == 1 && isValue && isPid:
                    return Number(state[i..]);
                case (byte)'-':
                    isPid &= depth != 1;
                    break;
                default:
                    break;
            }
        }

        return [];
    }

    /// <summary>How long a string is, from behind its first quote to before its last.</summary>
    private static int StringLength(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && text[i] != '"')
        {
            i += text[i] == '\\' ? 2 : 1;
        }

        return Math.Min(i, text.Length);
    }

    private static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> text)
    {
        int length = 0;
        while (length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9')
        {
            length++;
        }

        bool isWhole = length < text.Length && ",} \n\r\t"u8.Contains(text[length]);
        return isWhole && text[0] != '0' ? text[..length] : [];
    }
}
