using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace UnitTests;

/// <summary>A character that is removed from a text, put into it or put in place of another, at random.</summary>
/// <param name="Kind">Which of the three it is.</param>
/// <param name="Place">Where; behind the end it goes on at the beginning.</param>
/// <param name="Piece">The character, of ASCII.</param>
internal readonly record struct TextChange(ChangeKind Kind, int Place, char Piece)
{
    /// <summary>Any changes, as many as the size says.</summary>
    internal static Arbitrary<TextChange[]> Some(string pieces) => Arb.Array(Arb.From(
        from kind in Gen.Elements(Enum.GetValues<ChangeKind>())
        from place in Gen.Choose(0, int.MaxValue - 1)
        from piece in Gen.Elements(pieces.ToCharArray())
        select new TextChange(kind, place, piece)));

    /// <summary>The text in UTF-8, with changes made one after the other.</summary>
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

/// <summary>What <see cref="TextChange"/> does.</summary>
internal enum ChangeKind
{
    Remove,
    Insert,
    Replace,
}
