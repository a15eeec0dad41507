namespace Json;

/// <summary>A field whose value is wrong, and where it stands, line and column from 1.</summary>
internal readonly record struct FieldProblem(string Field, string Text, long Line, long Column);
