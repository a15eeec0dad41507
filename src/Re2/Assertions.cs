namespace Re2;

internal static class Assertions
{
    /// <summary>Whether the assertion cannot be decided from the preceding character alone.</summary>
    public static bool LooksAhead(this Assertion assertion) =>
        assertion is not (Assertion.BeginText or Assertion.BeginLine);

    public static bool Holds(this Assertion assertion, CharKind previous, CharKind next) => assertion switch
    {
        Assertion.BeginText => previous == CharKind.Edge,
        Assertion.BeginLine => previous is CharKind.Edge or CharKind.Newline,
        Assertion.EndText => next == CharKind.Edge,
        Assertion.EndLine => next is CharKind.Edge or CharKind.Newline,
        Assertion.WordBoundary => (previous == CharKind.Word) != (next == CharKind.Word),
        _ => (previous == CharKind.Word) == (next == CharKind.Word),
    };
}
