namespace Re2;

/// <summary>What an empty-width assertion needs to know of the character on one side of it.</summary>
internal enum CharKind : byte
{
    /// <summary>Not read yet.</summary>
    Unknown,

    /// <summary>None: the beginning or the end of the text.</summary>
    Edge,
    Newline,
    Word,
    Other,
}
