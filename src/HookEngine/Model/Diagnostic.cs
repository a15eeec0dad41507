using System.Globalization;

namespace HookEngine.Model;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>The rules are used, but hardly as they were meant.</summary>
    Warning,

    /// <summary>The rules cannot be used, and no container may be created until this is fixed.</summary>
    Error,
}

/// <summary>Something wrong with a rule file or directory.</summary>
/// <param name="Severity">Whether the rules can be used all the same.</param>
/// <param name="File">The file or directory.</param>
/// <param name="Field">The field within it, such as <c>when.commands[0]</c>; null if it is the file as a whole.</param>
/// <param name="Message">What is wrong and what to do; it reads on from the file's name.</param>
/// <param name="Line">The line, from 1; null if it is no particular one.</param>
/// <param name="Column">The byte in the line, from 1.</param>
public sealed record Diagnostic(Severity Severity, string File, string? Field, string Message, long? Line = null, long? Column = null)
{
    /// <summary>The diagnostic on one line: file, place, field, message.</summary>
    public override string ToString()
    {
        string place = Line is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{Line}:{Column}");
        return Field is null ? $"{File}{place}: {Message}" : $"{File}{place}: {Field}: {Message}";
    }
}
