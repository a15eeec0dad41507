namespace HookEngine.Reading.Rules;

/// <summary>A field as it stands in a rule's text.</summary>
/// <param name="Name">Its name as diagnostics have it, such as <c>when.commands[0]</c>.</param>
/// <param name="Offset">Where its value begins, in bytes.</param>
/// <param name="Text">Its value, if that is a string.</param>
internal readonly record struct RuleField(string Name, int Offset, string? Text);
