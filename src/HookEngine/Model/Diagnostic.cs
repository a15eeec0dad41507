using System.Globalization;

namespace HookEngine.Model;

/// <summary>The severity of a <see cref="Diagnostic"/>.</summary>
public enum Severity
{
    /// <summary>The rules are used, but probably not as intended.</summary>
    Warning,

    /// <summary>The rules cannot be used, and no container may be created until this is fixed.</summary>
    Error,
}

/// <summary>A problem with a rule file or directory.</summary>
/// <param name="Severity">Whether the rules can still be used.</param>
/// <param name="File">The file or directory.</param>
/// <param name="Field">The field within the file, such as <c>when.commands[0]</c>; null for the whole file.</param>
/// <param name="Message">The problem and the fix, worded to follow the file's name.</param>
/// <param name="Line">The line, from 1; null if the problem has no position.</param>
/// <param name="Column">The column in bytes, from 1.</param>
public sealed record Diagnostic(Severity Severity, string File, string? Field, string Message, long? Line = null, long? Column = null)
{
    /// <summary>Returns the diagnostic on one line: file, position, field, message.</summary>
    public override string ToString()
    {
        string place = Line is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{Line}:{Column}");
        return Field is null ? $"{File}{place}: {Message}" : $"{File}{place}: {Field}: {Message}";
    }
}
