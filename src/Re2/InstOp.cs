namespace Re2;

internal enum InstOp : byte
{
    /// <summary>The text matches.</summary>
    Match,

    /// <summary>Reads a character of a class, then goes on.</summary>
    Char,

    /// <summary>Goes on at either of two instructions.</summary>
    Alt,

    /// <summary>Goes on if an assertion holds.</summary>
    Assert,
}
