namespace Json;

/// <summary>What is wrong with a JSON text, in words that follow the file's name, and where.</summary>
internal readonly record struct JsonProblem(string Text, long Line, long Column);
