using Json;

namespace HookEngine.Model;

/// <summary>
/// The fields of a config.json whose type is not the one in the specification. runc rejects them, and crun may read them in any way. Their
/// effect on the container is unknown.
/// </summary>
internal sealed class UnreadableFields(IReadOnlyList<FieldProblem> problems)
{
    /// <summary>The value if all fields can be read.</summary>
    internal static UnreadableFields None { get; } = new([]);

    /// <summary>The problem with the first of the fields; null if there is none.</summary>
    internal string? First => problems is [var first, ..] ? Describe(first) : null;

    /// <summary>Returns why a field is unknown: it, a field around it, or a field in it is unreadable. Null if it is known.</summary>
    /// <param name="field">The field, such as <c>process.args</c>.</param>
    internal string? Find(string field)
    {
        foreach (FieldProblem problem in problems)
        {
            if (IsWithin(problem.Field, field) || IsWithin(field, problem.Field))
            {
                return Describe(problem) + "; the engine or tool that made the bundle must write it anew";
            }
        }

        return null;
    }

    private static bool IsWithin(string field, string outer) =>
        field.StartsWith(outer, StringComparison.Ordinal) && (field.Length == outer.Length || field[outer.Length] is '.' or '[');

    private static string Describe(FieldProblem problem) =>
        $"{problem.Field} {problem.Text} (line {problem.Line}, column {problem.Column})";
}
