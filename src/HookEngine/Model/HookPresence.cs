namespace HookEngine.Model;

/// <summary>The result of looking for a hook's program: it exists, it is missing, or the lookup failed, which is an error.</summary>
internal readonly record struct HookPresence(bool Missing, string? Problem);
