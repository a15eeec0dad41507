using HookEngine;

namespace HookCtl.Install;

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
    internal static InstallReport Make(
        string engine,
        InstallRequest request,
        IEnumerable<FileChange> changes,
        InstallOutcome done,
        InstallOutcome nothing,
        IReadOnlyList<string> notes,
        Func<string?>? defect = null)
    {
        FileChange[] needed = [.. changes.Where(change => !change.IsNone)];
        if (needed.Length == 0)
        {
            return new InstallReport(engine, request.Name, nothing, [], [], [], null);
        }

        if (request.DryRun)
        {
            ChangedFile[] planned = [.. needed.Select(change => change.Told(null))];
            return new InstallReport(engine, request.Name, InstallOutcome.DryRun, planned, [], [], null);
        }

        bool isInstall = done == InstallOutcome.Installed;
        ChangedFile[] told = FileTransaction.Run(files =>
        {
            ChangedFile[] made = [.. needed.Select(change => isInstall ? Install(files, change, request) : Uninstall(files, change, request))];
            return defect?.Invoke() is { } found ? throw new OciHooksException(found) : made;
        });
        return new InstallReport(engine, request.Name, done, told, notes, [], null);
    }

    private static ChangedFile Install(FileTransaction files, FileChange change, InstallRequest request) =>
        Make(files, change, change.Before is null || change.IsOurs ? null : FileChange.BackupOf(change.Path, request.Name));

    /// <summary>
    /// A backup has done its duty when the file is as it was; else it is left for people to look at. Where there is none, as the runtime
    /// was added by hand, the file is kept as it was with the runtime.
    /// </summary>
    private static ChangedFile Uninstall(FileTransaction files, FileChange change, InstallRequest request)
    {
        string backup = FileChange.BackupOf(change.Path, request.Name);
        byte[]? saved = FileChange.Read(backup);
        if (saved is null && change.After is not null && !change.IsOurs)
        {
            return Make(files, change, FileChange.CopyOf(change.Path, request.Name));
        }

        _ = Make(files, change, null);
        bool isKept = saved is not null && !change.IsOurs && change.After is not null && !saved.AsSpan().SequenceEqual(change.After);
        if (saved is not null && !isKept)
        {
            FileChange.Delete(backup);
        }

        return change.Told(isKept ? backup : null);
    }

    private static ChangedFile Make(FileTransaction files, FileChange change, string? copy)
    {
        files.Make(change, copy is null ? null : change.Kept(copy));
        return change.Told(copy);
    }
}
