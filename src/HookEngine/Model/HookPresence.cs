namespace HookEngine.Model;

/// <summary>Whether a hook's program is there: it is, it is missing, or the question cannot be answered, which is an error.</summary>
internal readonly record struct HookPresence(bool Missing, string? Problem);
