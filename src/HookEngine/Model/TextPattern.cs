using Re2;

namespace HookEngine.Model;

/// <summary>A pattern of format <c>ocihooks/1</c>: a glob for the whole text, or a regular expression for any part of it.</summary>
public sealed class TextPattern
{
    private readonly string _text;
    private readonly Re2Pattern? _expression;

    private TextPattern(string text, Re2Pattern? expression)
    {
        _text = text;
        _expression = expression;
    }

    /// <summary>Parses a glob.</summary>
    /// <param name="glob">The glob, glob(7). Its <c>*</c> also matches slashes.</param>
    /// <param name="problem">The problem, worded to follow the field's name.</param>
    /// <returns>The pattern; null if there is a problem.</returns>
    public static TextPattern? OfGlob(string glob, out string? problem)
    {
        problem = Re2.Glob.Problem(glob);
        return problem is null ? new TextPattern(glob, null) : null;
    }

    /// <summary>Parses a regular expression.</summary>
    /// <param name="expression">The expression, in RE2 syntax.</param>
    /// <param name="problem">The problem, worded to follow the field's name.</param>
    /// <returns>The pattern; null if there is a problem.</returns>
    public static TextPattern? OfExpression(string expression, out string? problem)
    {
        Re2Pattern? read = Re2Pattern.Parse(expression, out string? error);
        problem = read is null ? $"is not a regular expression: {error}; write it in RE2 syntax" : null;
        return read is null ? null : new TextPattern(expression, read);
    }

    /// <summary>Whether a text matches.</summary>
    public bool IsMatch(string text) => _expression?.IsMatch(text) ?? Re2.Glob.IsMatch(_text, text);

    /// <summary>Returns the pattern for messages: a glob as it is, an expression between slashes.</summary>
    public override string ToString() => _expression is null ? _text : $"/{_text}/";
}
