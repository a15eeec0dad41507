using Re2;

namespace HookEngine.Model;

/// <summary>A pattern of format <c>ocihooks/1</c>: a glob for a whole text, or a regular expression for some part of it.</summary>
public sealed class TextPattern
{
    private readonly string _text;
    private readonly Re2Pattern? _expression;

    private TextPattern(string text, Re2Pattern? expression)
    {
        _text = text;
        _expression = expression;
    }

    /// <summary>Reads a glob.</summary>
    /// <param name="glob">The glob, glob(7), whose <c>*</c> also stands for slashes.</param>
    /// <param name="problem">What is wrong with it, to read on from its field.</param>
    /// <returns>Null if something is wrong.</returns>
    public static TextPattern? OfGlob(string glob, out string? problem)
    {
        problem = Re2.Glob.Problem(glob);
        return problem is null ? new TextPattern(glob, null) : null;
    }

    /// <summary>Reads a regular expression.</summary>
    /// <param name="expression">The expression, in RE2 syntax.</param>
    /// <param name="problem">What is wrong with it, to read on from its field.</param>
    /// <returns>Null if something is wrong.</returns>
    public static TextPattern? OfExpression(string expression, out string? problem)
    {
        Re2Pattern? read = Re2Pattern.Parse(expression, out string? error);
        problem = read is null ? $"is not a regular expression: {error}; write it in RE2 syntax" : null;
        return read is null ? null : new TextPattern(expression, read);
    }

    /// <summary>Whether a text matches.</summary>
    public bool IsMatch(string text) => _expression?.IsMatch(text) ?? Re2.Glob.IsMatch(_text, text);

    /// <summary>The pattern as it is told: a glob as it is, an expression between slashes.</summary>
    public override string ToString() => _expression is null ? _text : $"/{_text}/";
}
