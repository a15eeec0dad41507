namespace Json;

/// <summary>A stretch of a text: in bytes, or in characters where the text is a string.</summary>
internal readonly record struct TextRange(int Start, int End);
