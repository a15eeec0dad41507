using Re2;

namespace HookEngine.Model;

/// <summary>A condition that holds if both the key and the value of some annotation match.</summary>
/// <param name="Key">The pattern for the key. It may match any part of it.</param>
/// <param name="Value">The pattern for the value. It may match any part of it.</param>
public sealed record AnnotationPattern(Re2Pattern Key, Re2Pattern Value);
