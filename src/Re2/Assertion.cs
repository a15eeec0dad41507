namespace Re2;

/// <summary>An empty-width assertion.</summary>
internal enum Assertion : byte
{
    BeginText,
    BeginLine,
    EndText,
    EndLine,
    WordBoundary,
    NoWordBoundary,
}
