namespace Re2;

/// <summary>Leaves the parser with the message for the caller; never leaves the library.</summary>
internal sealed class PatternSyntaxException : Exception
{
    public PatternSyntaxException(string message)
        : base(message)
    {
    }

    /// <summary>An error in Go's form: what is wrong, and the part of the expression that is.</summary>
    public PatternSyntaxException(string problem, ReadOnlySpan<char> expression)
        : base($"{problem}: `{expression}`")
    {
    }
}
