namespace HookEngine.Reading.Rules;

/// <summary>A field in a rule's text.</summary>
/// <param name="Name">The name in diagnostics, such as <c>when.commands[0]</c>.</param>
/// <param name="Offset">The offset of the value, in bytes.</param>
/// <param name="Text">The value if it is a string, or an annotation's key; else null.</param>
internal readonly record struct RuleField(string Name, int Offset, string? Text);
