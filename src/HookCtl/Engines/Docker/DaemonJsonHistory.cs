using HookCtl.Files;
using Linux;

namespace HookCtl.Engines.Docker;

/// <summary>
/// daemon.json and what it was before each runtime that hookctl added: its backups, one above the other. A runtime that is taken out from
/// below others is taken out of their backups, too, so that in whatever order they go, the first file comes back.
/// </summary>
internal sealed class DaemonJsonHistory
{
    private readonly string _path;
    private readonly Dictionary<string, byte[]> _backups = new(StringComparer.Ordinal);
    private readonly List<FileChange> _rebased = [];

    internal DaemonJsonHistory(string path)
    {
        _path = path;
        string head = FileChange.BackupOf(path, "");
        foreach (string backup in new EngineFiles().Matching(Path.GetFullPath(head) + "*"))
        {
            string name = Path.GetFileName(backup)[Path.GetFileName(head).Length..];
            if (FileChange.Read(FileChange.BackupOf(path, name)) is { } content)
            {
                _backups[name] = content;
            }
        }
    }

    /// <summary>Whether hookctl added a runtime: installs lead, one after the other, from the file before it to the content.</summary>
    internal bool HasAdded(string name, byte[] content) => HasAdded(name, content, Others(name, _backups.Keys));

    /// <summary>The default runtime that an uninstall puts back; null if none was set, or it is not there any more.</summary>
    internal string? OldDefault(string name, byte[] content) =>
        SavedDefault(name) is { } known && DaemonJson.Parse(_path, content)?.Knows(known) == true ? known : null;

    /// <summary>Whether the backup tells which runtime is the default one now, so that an uninstall can put it back.</summary>
    internal bool HasSavedDefault(string name, string? current) => SavedDefault(name) == current;

    /// <summary>
    /// The changes that take a runtime out: the file as it was before the install, or gone, if nobody changed it since; else without the
    /// runtime. <c>"runtimes": {}</c> stays.
    /// </summary>
    internal IReadOnlyList<FileChange> Without(string name, byte[] content)
    {
        byte[]? after = Without(name, content, Others(name, _backups.Keys));

        // What the file was before this runtime is then what it was before the next one.
        return [.. _rebased, new FileChange(_path, content, after) { IsOurs = _rebased.Count > 0 }];
    }

    private byte[]? Without(string name, byte[] content, IReadOnlyList<string> others)
    {
        byte[]? saved = _backups.GetValueOrDefault(name);
        if (IsInstallOf(saved, name, content))
        {
            return saved;
        }

        foreach (string other in others)
        {
            byte[] below = _backups[other];
            if (IsBelow(other, name, content))
            {
                byte[]? rebased = Without(name, below, Others(other, others));
                var daemon = DaemonJson.Parse(_path, content)!;
                _rebased.Add(new FileChange(FileChange.BackupOf(_path, other), below, rebased) { IsOurs = true });
                bool isDefault = daemon.Default == other;
                return DaemonJson.Install(_path, rebased, other, daemon.PathOf(other)!, isDefault, LikeOf(below, other, content));
            }
        }

        return DaemonJson.Parse(_path, content)!.Without(name, OldDefault(name, content));
    }

    private bool HasAdded(string name, byte[] content, IReadOnlyList<string> others) =>
        (_backups.TryGetValue(name, out byte[]? saved) && IsInstallOf(saved, name, content))
        || others.Any(other => IsBelow(other, name, content) && HasAdded(name, _backups[other], Others(other, others)));

    /// <summary>Whether a runtime was there when hookctl added another, and nobody has changed the file since.</summary>
    private bool IsBelow(string other, string name, byte[] content) =>
        Read(_backups[other])?.PathOf(name) is not null && IsInstallOf(_backups[other], other, content);

    private static IReadOnlyList<string> Others(string name, IEnumerable<string> names) => [.. names.Where(other => other != name)];

    private string? SavedDefault(string name) =>
        Read(_backups.GetValueOrDefault(name))?.Default is { } known && known != name ? known : null;

    private bool IsInstallOf(byte[]? saved, string name, byte[] content) =>
        Read(saved)?.PathOf(name) is null && (Gives(saved, name, content, null) || LikeOf(saved, name, content) is not null);

    /// <summary>The runtime whose settings one got when it was added to a saved file; null if it got none.</summary>
    private string? LikeOf(byte[]? saved, string name, byte[] content) =>
        Read(saved)?.Default is { } like && !Gives(saved, name, content, null) && Gives(saved, name, content, like) ? like : null;

    /// <summary>Whether an install leads from a saved file to the content.</summary>
    private bool Gives(byte[]? saved, string name, byte[] content, string? like)
    {
        try
        {
            return DaemonJson.Parse(_path, content) is { } daemon
                && daemon.PathOf(name) is { } program
                && DaemonJson.Install(_path, saved, name, program, daemon.Default == name, like).AsSpan().SequenceEqual(content);
        }
        catch (OciHooksException)
        {
            return false;
        }
    }

    /// <summary>What was saved may be no daemon.json any more: then it leads nowhere.</summary>
    private DaemonJson? Read(byte[]? saved)
    {
        try
        {
            return DaemonJson.Parse(_path, saved);
        }
        catch (OciHooksException)
        {
            return null;
        }
    }
}
