using System.Buffers;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Json;

namespace HookEngine.Deciding.Lint;

/// <summary>Warns of what stands in a rule's text: fields that nobody reads, and patterns that look like plain words.</summary>
internal sealed class RuleTextLint(string file, RuleFieldMap fields, List<Diagnostic> diagnostics)
{
    private static readonly SearchValues<char> s_metacharacters = SearchValues.Create(@"\^$*+?()[]{}|");

    private static readonly string[] s_patternFields =
        ["when.commands[", "when.annotations.", "cmds[", "cmd[", "annotations[", "annotation["];

    /// <summary>What a field of the one format, or of other programs, is called in the other.</summary>
    private static readonly (string Name, string Instead)[] s_otherNames =
        [("cmds", "when.commands"), ("cmd", "when.commands"), ("arguments", "hook.args"), ("args", "arguments"), ("commands", "cmds")];

    internal void Check(ReadOnlySpan<byte> json)
    {
        var lines = new LineStarts(json);
        foreach (RuleField unknown in fields.Unknown)
        {
            // Editors find the schema by $schema.
            if (!unknown.Name.StartsWith('$'))
            {
                (long line, long column) = lines.PositionOf(unknown.Offset);
                diagnostics.Add(new Diagnostic(Severity.Warning, file, unknown.Name, UnknownText(unknown.Name), line, column));
            }
        }

        foreach (RuleField field in fields.Fields)
        {
            if (field.Text is { Length: > 0 } text
                && text.AsSpan().IndexOfAny(s_metacharacters) < 0
                && Array.Exists(s_patternFields, start => field.Name.StartsWith(start, StringComparison.Ordinal)))
            {
                diagnostics.Add(new Diagnostic(Severity.Warning, file, field.Name, UnanchoredText(text)));
            }
        }
    }

    private static string UnanchoredText(string text)
    {
        bool hasDot = text.Contains('.', StringComparison.Ordinal);
        string exact = text.Replace(".", @"\\.", StringComparison.Ordinal);
        return $"\"{text}\" matches anywhere in a text{(hasDot ? ", and a dot any character" : "")}; "
            + $"write \"^{exact}$\", or \".*{exact}.*\" if that is meant";
    }

    private string UnknownText(string name) =>
        name.Equals("when", StringComparison.OrdinalIgnoreCase) ? "is not read in format 0.1.0; add \"version\": \"1.0.0\""
            : Suggestion(name) is { } instead ? $"is not read; did you mean \"{instead}\"?"
            : "is not read; remove it";

    private string? Suggestion(string name)
    {
        string word = LastWord(name);
        string? other = Array.Find(s_otherNames, entry => entry.Name == word && fields.KnownNames.Contains(entry.Instead)).Instead;
        if (other is not null)
        {
            return other;
        }

        return FieldNames.Nearest(word, fields.KnownNames);
    }

    private static string LastWord(string name) => name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();
}
