namespace HookCtl.Files;

/// <summary>A file that was changed, or would be.</summary>
/// <param name="File">Its path.</param>
/// <param name="Change"><c>created</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Backup">Where it is as it was before; null if nowhere.</param>
/// <param name="Diff">The change as a unified diff.</param>
internal sealed record ChangedFile(string File, string Change, string? Backup, string Diff);
