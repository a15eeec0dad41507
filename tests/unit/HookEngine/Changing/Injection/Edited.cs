using System.Text;
using HookEngine.Changing.Injection;

namespace UnitTests.HookEngine.Changing.Injection;

internal static class Edited
{
    public static byte[] Bytes(ReadOnlySpan<byte> text, IReadOnlyList<Splice> edits)
    {
        byte[] result = new byte[Splice.LengthAfter(text.Length, edits)];
        Splice.Apply(text, edits, result);
        return result;
    }

    public static string Text(ReadOnlySpan<byte> text, IReadOnlyList<Splice> edits) => Encoding.UTF8.GetString(Bytes(text, edits));
}
