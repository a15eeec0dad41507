using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace UnitTests;

/// <summary>A random change of a text: the removal, insertion or replacement of a character.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Place">The position, modulo the length of the text.</param>
/// <param name="Piece">The character, in ASCII.</param>
internal readonly record struct TextChange(ChangeKind Kind, int Place, char Piece)
{
    /// <summary>Returns an arbitrary of change lists. Their length follows FsCheck's size.</summary>
    internal static Arbitrary<TextChange[]> Some(string pieces) => Arb.Array(Arb.From(
        from kind in Gen.Elements(Enum.GetValues<ChangeKind>())
        from place in Gen.Choose(0, int.MaxValue - 1)
        from piece in Gen.Elements(pieces.ToCharArray())
        select new TextChange(kind, place, piece)));

    /// <summary>Returns the text in UTF-8, with the changes made one after another.</summary>
    internal static byte[] Apply(string text, IEnumerable<TextChange> changes)
    {
        List<byte> varied = [.. Encoding.UTF8.GetBytes(text)];
        foreach (TextChange change in changes)
        {
            change.Apply(varied);
        }

        return [.. varied];
    }

    private void Apply(List<byte> text)
    {
        if (text.Count == 0)
        {
            return;
        }

        int place = Place % text.Count;
        if (Kind != ChangeKind.Insert)
        {
            text.RemoveAt(place);
        }

        if (Kind != ChangeKind.Remove)
        {
            text.Insert(place, (byte)Piece);
        }
    }
}

/// <summary>The kinds of <see cref="TextChange"/>.</summary>
internal enum ChangeKind
{
    Remove,
    Insert,
    Replace,
}
