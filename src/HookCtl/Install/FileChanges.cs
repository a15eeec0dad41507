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
    internal static InstallReport Make(
        string engine,
        InstallRequest request,
        IEnumerable<FileChange> changes,
        InstallOutcome done,
        InstallOutcome nothing,
        IReadOnlyList<string> notes)
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

        Func<FileChange, InstallRequest, ChangedFile> make = done == InstallOutcome.Installed ? Install : Uninstall;
        List<ChangedFile> told = [.. needed.Select(change => make(change, request))];
        return new InstallReport(engine, request.Name, done, told, notes, [], null);
    }

    /// <summary>Puts files back as they were before changes that were made.</summary>
    internal static void TakeBack(IEnumerable<FileChange> changes, string name)
    {
        foreach (FileChange change in changes.Where(change => !change.IsNone).Reverse())
        {
            new FileChange(change.Path, change.After, change.Before).Make();
            FileChange.Delete(FileChange.BackupOf(change.Path, name));
        }
    }

    private static ChangedFile Install(FileChange change, InstallRequest request)
    {
        string? backup = change.BackUp(request.Name);
        try
        {
            change.Make();
        }
        catch (HookEngine.OciHooksException) when (backup is not null)
        {
            // The file is as it was, so nothing is backed up.
            FileChange.Delete(backup);
            throw;
        }

        return change.Told(backup);
    }

    /// <summary>
    /// A backup has done its duty when the file is as it was; else it is left for people to look at. Where there is none, as the runtime
    /// was added by hand, the file is kept as it was with the runtime.
    /// </summary>
    private static ChangedFile Uninstall(FileChange change, InstallRequest request)
    {
        string backup = FileChange.BackupOf(change.Path, request.Name);
        byte[]? saved = FileChange.Read(backup);
        if (saved is null && change.After is not null && !change.IsOurs)
        {
            return MakeWithCopy(change, request);
        }

        change.Make();
        bool isKept = saved is not null && !change.IsOurs && change.After is not null && !saved.AsSpan().SequenceEqual(change.After);
        if (saved is not null && !isKept)
        {
            FileChange.Delete(backup);
        }

        return change.Told(isKept ? backup : null);
    }

    private static ChangedFile MakeWithCopy(FileChange change, InstallRequest request)
    {
        string copy = $"{change.Path}.with-{request.Name}";
        change.Keep(copy);
        change.Make();
        return change.Told(copy);
    }
}
