using HookCtl.Containers;
using HookEngine;

namespace HookCtl.Install;

/// <summary>Docker: a runtime in daemon.json.</summary>
internal static class DockerEngine
{
    private const string Engine = "docker";
    private const string DefaultFile = "/etc/docker/daemon.json";
    private const string DockersDefault = "runc";

    internal static InstallReport Install(InstallRequest request)
    {
        string path = FileOf(request);
        byte[]? before = FileChange.Read(path);
        bool wasRegistered = DaemonJson.Parse(path, before)?.PathOf(request.Name) is not null;
        byte[] after = DaemonJson.Install(path, before, request.Name, request.Wrapper, request.MakeDefault);
        var change = new FileChange(path, before, after) { IsOurs = wasRegistered };
        var daemon = new DockerDaemon(before);
        if (!change.IsNone)
        {
            Check(path, after, daemon, request.MakeDefault);
        }

        InstallReport report = FileChanges.Make(Engine, request, [change], InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [Note(request, path, daemon, "knows"), Usage(request)]);
        return report.Outcome == InstallOutcome.Installed && Reloads(request, path, daemon)
            ? report with { Problem = daemon.Reload(request.Name, true, request.MakeDefault ? request.Name : null) }
            : report;
    }

    internal static InstallReport Uninstall(InstallRequest request)
    {
        string path = FileOf(request);
        byte[]? before = FileChange.Read(path);
        var daemonJson = DaemonJson.Parse(path, before);
        if (daemonJson?.PathOf(request.Name) is not { } wrapper)
        {
            FinishKilled(request, path, before);
            return Report(request, InstallOutcome.NotInstalled, []);
        }

        var daemon = new DockerDaemon(before);
        IReadOnlyList<string> users = request.Force ? [] : Users(daemon.DataRoot, request.Name);
        if (users.Count > 0)
        {
            return Report(request, InstallOutcome.InUse, users);
        }

        var change = new FileChange(path, before, Without(path, before!, daemonJson, request.Name, wrapper));
        if (!request.DryRun && Reloads(request, path, daemon))
        {
            return Forget(request, change, daemonJson, daemon);
        }

        return FileChanges.Make(Engine, request, [change], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled,
            [Note(request, path, daemon, "forgets")]);
    }

    /// <summary>
    /// Docker forgets a runtime only when it sees the key, and the default one only when it sees another: what it reads is not yet the end.
    /// </summary>
    private static InstallReport Forget(InstallRequest request, FileChange change, DaemonJson daemonJson, DockerDaemon daemon)
    {
        byte[] forgetting = daemonJson.WithoutForReload(request.Name);
        new FileChange(change.Path, change.Before, forgetting).Make();
        string? problem = daemon.Reload(request.Name, false, daemonJson.Default == request.Name ? DockersDefault : null);
        InstallReport report = FileChanges.Make(
            Engine, request, [change], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled,
            [Note(request, change.Path, daemon, "forgets")]);
        return report with { Problem = problem };
    }

    /// <summary>An uninstall that was killed on its way may have left the file for Docker to read, or the backup.</summary>
    private static void FinishKilled(InstallRequest request, string path, byte[]? before)
    {
        string backup = FileChange.BackupOf(path, request.Name);
        if (request.DryRun || before is null || FileChange.Read(backup) is not { } saved)
        {
            return;
        }

        bool isOnItsWay = DaemonJson.Parse(path, saved)?.PathOf(request.Name) is null
            && (before.AsSpan().SequenceEqual(Forgetting(path, saved, request.Name, isDefault: false))
                || before.AsSpan().SequenceEqual(Forgetting(path, saved, request.Name, isDefault: true)));
        if (isOnItsWay)
        {
            new FileChange(path, before, saved).Make();
        }

        if (isOnItsWay || before.AsSpan().SequenceEqual(saved))
        {
            FileChange.Delete(backup);
        }
    }

    private static byte[] Forgetting(string path, byte[] saved, string name, bool isDefault) =>
        DaemonJson.Parse(path, DaemonJson.Install(path, saved, name, "/", isDefault))!.WithoutForReload(name);

    private static void Check(string path, byte[] after, DockerDaemon daemon, bool makeDefault)
    {
        if (daemon.ConflictingFlag(makeDefault) is { } flag)
        {
            throw new OciHooksException(
                $"{path}: dockerd runs with {flag}, and refuses to start when its file has the same; "
                + "it is left as it is: take that flag away");
        }

        if (DockerValidation.Refusal(after) is { } refusal)
        {
            throw new OciHooksException(
                $"{path}: dockerd does not take it with the runtime added: {refusal}; it is left as it is: mend it");
        }
    }

    /// <summary>
    /// The file as it was before the install, or gone, if nobody changed it since; else without the runtime. <c>"runtimes": {}</c> stays.
    /// </summary>
    private static byte[]? Without(string path, byte[] before, DaemonJson daemonJson, string name, string wrapper)
    {
        byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
        bool isDefault = daemonJson.Default == name;
        string? oldDefault = null;
        try
        {
            var old = DaemonJson.Parse(path, saved);
            oldDefault = old?.Default is { } known && known != name ? known : null;
            if (old?.PathOf(name) is null && DaemonJson.Install(path, saved, name, wrapper, isDefault).AsSpan().SequenceEqual(before))
            {
                return saved;
            }
        }
        catch (OciHooksException)
        {
            // What was saved is no daemon.json any more: it leads nowhere.
        }

        return daemonJson.Without(name, oldDefault);
    }

    /// <summary>
    /// The containers with a runtime, running or not, from Docker's own files. With user namespaces they are one directory deeper.
    /// </summary>
    private static IReadOnlyList<string> Users(string dataRoot, string runtime)
    {
        var files = new EngineFiles();
        IEnumerable<string> roots = files.Directories(dataRoot)
            .Where(name => char.IsAsciiDigit(name[0])).Select(name => $"{dataRoot}/{name}").Prepend(dataRoot);
        return
        [
            .. from containers in roots.Select(root => $"{root}/containers")
               from id in files.Directories(containers)
               where EngineFiles.String(files.Json($"{containers}/{id}/hostconfig.json"), "Runtime") == runtime
               select EngineFiles.String(files.Json($"{containers}/{id}/config.v2.json"), "Name")?.TrimStart('/') ?? id,
        ];
    }

    private static string FileOf(InstallRequest request) => request.ConfigFile ?? DefaultFile;

    private static bool Reloads(InstallRequest request, string path, DockerDaemon daemon) =>
        daemon.Pid is not null && !request.NoReload && Path.GetFullPath(daemon.ConfigFile) == Path.GetFullPath(path);

    private static string Note(InstallRequest request, string path, DockerDaemon daemon, string does) =>
        Reloads(request, path, daemon) ? $"dockerd was reloaded and {does} the runtime"
        : daemon.Pid is null ? $"dockerd does not run: it {does} the runtime when it starts"
        : request.NoReload
            ? $"dockerd was not reloaded: it {does} the runtime after systemctl {(does == "knows" ? "reload" : "restart")} docker"
        : $"dockerd was not reloaded: it runs with {daemon.ConfigFile}";

    private static string Usage(InstallRequest request) =>
        request.MakeDefault ? "try it: docker run --rm hello-world" : $"try it: docker run --rm --runtime={request.Name} hello-world";

    private static InstallReport Report(InstallRequest request, InstallOutcome outcome, IReadOnlyList<string> users) =>
        new(Engine, request.Name, outcome, [], [], users, null);
}
