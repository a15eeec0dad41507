namespace Re2;

internal enum NodeOp : byte
{
    Empty,
    CharClass,
    Assertion,
    Capture,
    Concat,
    Alternate,
    Repeat,
}
