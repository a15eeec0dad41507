using Json;

namespace HookEngine.Model;

/// <summary>
/// The fields of a config.json that are not of the type that the specification gives them. runc refuses them, crun may take them for anything:
/// what they say to the container is unknown.
/// </summary>
internal sealed class UnreadableFields(IReadOnlyList<FieldProblem> problems)
{
    /// <summary>That all can be read.</summary>
    internal static UnreadableFields None { get; } = new([]);

    /// <summary>What is wrong with the first of them; null if nothing is.</summary>
    internal string? First => problems is [var first, ..] ? Describe(first) : null;

    /// <summary>Why a field cannot be known: because of itself, of what it is in, or of what is in it. Null if it can.</summary>
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
