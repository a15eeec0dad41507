namespace Re2;

/// <summary>The flags that decide whether an expression matches; U (ungreedy) only decides what it matches.</summary>
[Flags]
internal enum ParseFlags
{
    None = 0,

    /// <summary>i: letters match without regard to case.</summary>
    FoldCase = 1,

    /// <summary>m: ^ and $ match at lines, not only at the ends of the text.</summary>
    MultiLine = 2,

    /// <summary>s: . matches a newline too.</summary>
    DotNewline = 4,
}
