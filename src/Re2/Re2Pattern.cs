namespace Re2;

/// <summary>
/// A regular expression in RE2 syntax, read as Go's <c>regexp</c> package of Go 1.24 reads it.
/// A value is immutable and may be used by several threads at once.
/// </summary>
/// <remarks>
/// The syntax is that of <see href="https://github.com/google/re2/wiki/Syntax"/> in the selection and
/// with the limits of <see href="https://pkg.go.dev/regexp/syntax"/>. Matching takes time linear in the input.
/// </remarks>
public sealed class Re2Pattern
{
    private readonly string _source;
    private readonly LiteralPattern? _literal;
    private readonly Prog? _prog;

    private Re2Pattern(string source, LiteralPattern? literal, Prog? prog)
    {
        _source = source;
        _literal = literal;
        _prog = prog;
    }

    /// <summary>Reads a regular expression, as Go's <c>regexp.Compile</c> does.</summary>
    /// <param name="pattern">The expression. A lone surrogate in it counts as U+FFFD.</param>
    /// <param name="error">
    /// What is wrong with the expression, in the words of Go's <c>regexp/syntax</c>; null if nothing is.
    /// </param>
    /// <returns>The pattern, or null if the expression is not valid or too large.</returns>
    public static Re2Pattern? Parse(string pattern, out string? error)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        error = null;
        if (LiteralPattern.Of(pattern) is { } literal)
        {
            return new Re2Pattern(pattern, literal, null);
        }

        try
        {
            return new Re2Pattern(pattern, null, Compiler.Compile(new Parser(pattern).Parse()));
        }
        catch (PatternSyntaxException invalid)
        {
            error = invalid.Message;
            return null;
        }
    }

    /// <summary>Whether the pattern matches anywhere in the text, as Go's <c>MatchString</c> says.</summary>
    /// <param name="input">The text. A lone surrogate in it counts as U+FFFD.</param>
    public bool IsMatch(string input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_literal is not null)
        {
            return _literal.IsMatch(input);
        }

        // A cache of states pays only where states come again.
        return input.Length < LazyDfa.WorthwhileLength
            ? new Nfa(_prog!).IsMatch(input)
            : new LazyDfa(_prog!).IsMatch(input);
    }

    /// <summary>The text the pattern was read from.</summary>
    public override string ToString() => _source;
}
