using Re2;

namespace HookEngine.Model;

/// <summary>Holds if some annotation's key and value both match.</summary>
/// <param name="Key">Matched against keys, anywhere in them.</param>
/// <param name="Value">Matched against values, anywhere in them.</param>
public sealed record AnnotationPattern(Re2Pattern Key, Re2Pattern Value);
