using HookCtl.Files;
using Linux;

namespace HookCtl.Engines;

/// <summary>Changes of several files, made and told.</summary>
internal static class FileChanges
{
    /// <summary>Makes those that change something, unless it is a dry run.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="changes">The changes, in the order in which they are safe.</param>
    /// <param name="done">The outcome if something was changed.</param>
    /// <param name="nothing">The outcome if there was nothing to change.</param>
    /// <param name="notes">What is to be done next, if something was changed.</param>
    /// <param name="defect">Says what is wrong with the changes as they were made, which are then taken back; null for nothing.</param>
    /// <exception cref="OciHooksException">One cannot be made, or they have a defect: all files are as they were.</exception>
    internal static async Task<InstallReport> MakeAsync(
        string engine,
        InstallRequest request,
        IEnumerable<FileChange> changes,
        InstallOutcome done,
        InstallOutcome nothing,
        IReadOnlyList<string> notes,
        Func<Task<string?>>? defect = null)
    {
        FileChange[] needed = [.. changes.Where(change => !change.IsNone)];
        if (needed.Length == 0)
        {
            return new InstallReport(engine, request.Name, nothing, [], [], [], null);
        }

        if (request.DryRun)
        {
            ChangedFile[] planned = [.. needed.Select(change => change.ToReport(null))];
            return new InstallReport(engine, request.Name, InstallOutcome.DryRun, planned, [], [], null);
        }

        Func<FileChange, string, string?> copyOf = done == InstallOutcome.Installed ? CopyAtInstall : CopyAtUninstall;
        ChangedFile[] changed = await FileTransaction.RunAsync(async files =>
        {
            ChangedFile[] made = [.. needed.Select(change => Make(files, change, copyOf(change, request.Name)))];
            return defect is not null && await defect() is { } found ? throw new OciHooksException(found) : made;
        });
        if (done == InstallOutcome.Uninstalled)
        {
            RemoveBackups(needed, request.Name);
        }

        return new InstallReport(engine, request.Name, done, changed, notes, [], null);
    }

    private static string? CopyAtInstall(FileChange change, string name) =>
        change.Before is null ? null
        : !change.IsOurs ? FileChange.BackupOf(change.Path, name)
        : change.Loses ? FileChange.CopyOf(change.Path, name)
        : null;

    /// <summary>Unless the file becomes what it was before the install, it is kept as it was with the runtime.</summary>
    private static string? CopyAtUninstall(FileChange change, string name)
    {
        bool isDone = change.After is null || change.IsOurs
            || (FileChange.Read(FileChange.BackupOf(change.Path, name)) is { } saved && saved.AsSpan().SequenceEqual(change.After));
        return isDone && !change.Loses ? null : FileChange.CopyOf(change.Path, name);
    }

    /// <summary>What was before a runtime was added tells nothing of another one that is given the same name later.</summary>
    private static void RemoveBackups(IEnumerable<FileChange> changes, string name)
    {
        foreach (FileChange change in changes)
        {
            FileChange.Delete(FileChange.BackupOf(change.Path, name));
        }
    }

    private static ChangedFile Make(FileTransaction files, FileChange change, string? copy)
    {
        files.Make(change, copy is null ? null : change.Kept(copy));
        return change.ToReport(copy);
    }
}
