using HookCtl.Containers;
using HookEngine;

namespace HookCtl.Install;

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

    /// <summary>Whether hookctl added a runtime, as far as the backup tells.</summary>
    internal bool HasAdded(string name, byte[] content) => (_backups.TryGetValue(name, out byte[]? saved)
        && Read(saved) is { } before && before.PathOf(name) is null) || IsInstallOf(_backups.GetValueOrDefault(name), name, content);

    /// <summary>The default runtime before one was added; null if that is not known, or none was set.</summary>
    internal string? OldDefault(string name) =>
        Read(_backups.GetValueOrDefault(name))?.Default is { } known && known != name ? known : null;

    /// <summary>
    /// The changes that take a runtime out: the file as it was before the install, or gone, if nobody changed it since; else without the
    /// runtime. <c>"runtimes": {}</c> stays.
    /// </summary>
    internal IReadOnlyList<FileChange> Without(string name, byte[] content)
    {
        byte[]? after = Without(name, content, [.. _backups.Keys.Where(other => other != name)]);

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
            if (Read(below)?.PathOf(name) is not null && IsInstallOf(below, other, content))
            {
                byte[]? rebased = Without(name, below, [.. others.Where(rest => rest != other)]);
                var daemon = DaemonJson.Parse(_path, content)!;
                _rebased.Add(new FileChange(FileChange.BackupOf(_path, other), below, rebased) { IsOurs = true });
                bool isDefault = daemon.Default == other;
                return DaemonJson.Install(_path, rebased, other, daemon.PathOf(other)!, isDefault, LikeOf(below, other, content));
            }
        }

        return DaemonJson.Parse(_path, content)!.Without(name, OldDefault(name));
    }

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
