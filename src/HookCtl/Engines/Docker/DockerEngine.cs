using HookCtl.Files;
using Linux;

namespace HookCtl.Engines.Docker;

/// <summary>Docker: a runtime in daemon.json.</summary>
internal static class DockerEngine
{
    private const string Engine = "docker";
    private const string HookedType = "io.containerd.hooked.v1";

    internal static async Task<InstallReport> InstallAsync(InstallRequest request, CancellationToken token)
    {
        Dockerd daemon = await Dockerd.OfAsync(new EngineFiles(), request.ConfigFile, token);
        string path = request.ConfigFile ?? daemon.ConfigFile;
        byte[]? before = FileChange.Read(path);
        var daemonJson = DaemonJson.Parse(path, before);
        bool wasRegistered = daemonJson?.PathOf(request.Name) is not null;
        string? like = Like(path, daemonJson, request);
        byte[] after = DaemonJson.Install(path, before, request.Name, request.Wrapper, request.MakeDefault, like);
        bool isLike = like is not null && DaemonJson.Parse(path, after)!.IsLike(request.Name, like);
        if (like is not null && !isLike && request.MakeDefault)
        {
            throw new OciHooksException(
                $"{path}: runtimes.{request.Name} has other settings than {like}, the default runtime, so containers would no longer get what they "
                + "get now; it is left as it is: give it the same, or take it out with "
                + $"hookctl uninstall docker --name {request.Name}, and try again");
        }

        bool isSaved = !request.MakeDefault || daemonJson?.Default == request.Name
            || new DaemonJsonHistory(path).HasSavedDefault(request.Name, daemonJson?.Default);
        var change = new FileChange(path, before, after) { IsOurs = wasRegistered && isSaved };
        IEnumerable<string> notAsked = change.IsNone ? [] : await CheckAsync(path, after, daemon, request.MakeDefault, token);
        InstallReport report = await FileChanges.MakeAsync(
            Engine, request, [change], InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [.. notAsked, .. DockerNotes.Installed(request, daemon, isLike ? like : null)]);
        return report.Outcome == InstallOutcome.Installed && DockerNotes.Reloads(request, daemon)
            ? report with { Problem = await DockerdReload.MakeAsync(daemon, request.Name, true, request.MakeDefault ? request.Name : null, token) }
            : report;
    }

    internal static async Task<InstallReport> UninstallAsync(InstallRequest request, CancellationToken token)
    {
        Dockerd daemon = await Dockerd.OfAsync(new EngineFiles(), request.ConfigFile, token);
        string path = request.ConfigFile ?? daemon.ConfigFile;
        byte[]? before = FileChange.Read(path);
        var daemonJson = DaemonJson.Parse(path, before);
        if (daemonJson?.PathOf(request.Name) is not { } program)
        {
            FinishKilled(request, path, before);
            return new InstallReport(Engine, request.Name, InstallOutcome.NotInstalled, [], [], [], null);
        }

        var history = new DaemonJsonHistory(path);
        if (!RuntimeProgram.IsWrapper(program) && daemonJson.TypeOf(request.Name) != HookedType && !history.HasAdded(request.Name, before!))
        {
            throw new OciHooksException(
                $"{path}: runtimes.{request.Name} is {(program.Length > 0 ? program : "a runtime of another kind")}, not runc-wrap; "
                + "it is left as it is: name the wrapper's with --name, or take this one out by hand");
        }

        IReadOnlyList<string> users = await DockerContainers.WithRuntimeAsync(new EngineFiles(), daemon, request.Name, token);
        if (users.Count > 0 && !request.Force)
        {
            return new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null);
        }

        string? oldDefault = history.OldDefault(request.Name, before!);
        IReadOnlyList<FileChange> changes = history.Without(request.Name, before!);
        string? newDefault = daemonJson.Default == request.Name ? oldDefault ?? DaemonJson.DockersOwn : null;
        IReadOnlyList<string> notes = DockerNotes.Uninstalled(request, daemon, users, newDefault);
        bool reloads = !request.DryRun && DockerNotes.Reloads(request, daemon);
        return await FileTransaction.RunAsync(async files =>
        {
            string? problem = null;
            if (reloads)
            {
                // Docker forgets a runtime only when it sees the key, and the default one only when it sees another.
                files.Make(new FileChange(path, before, daemonJson.WithoutForReload(request.Name, oldDefault)));
                problem = await DockerdReload.MakeAsync(daemon, request.Name, false, newDefault, token);
            }

            InstallReport report = await FileChanges.MakeAsync(
                Engine, request, changes, InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, notes);
            return report with { Problem = problem };
        });
    }

    /// <summary>The runtime whose settings the wrapper gets with its place: the default one, if the wrapper calls it.</summary>
    /// <exception cref="OciHooksException">It is to be the default in place of one that it does not call.</exception>
    private static string? Like(string path, DaemonJson? daemonJson, InstallRequest request)
    {
        if (daemonJson?.Default is not { } standard || standard == request.Name || standard == DaemonJson.DockersOwn)
        {
            return null;
        }

        string? program = daemonJson.PathOf(standard) is { Length: > 0 } named ? named : null;
        bool isCalled = program is not null && (RuntimeProgram.IsWrapper(program) || request.LowLevel?.Is(program) == true);
        return isCalled ? standard
            : request.MakeDefault && LowLevelChoice.Validate(request.LowLevel, standard, program) is { } objection
                ? throw new OciHooksException($"{path}: {objection}")
                : null;
    }

    /// <summary>An uninstall that was killed on its way may have left the file for Docker to read, or the backup.</summary>
    private static void FinishKilled(InstallRequest request, string path, byte[]? before)
    {
        string backup = FileChange.BackupOf(path, request.Name);
        if (request.DryRun || before is null || FileChange.Read(backup) is not { } saved)
        {
            return;
        }

        bool isOnItsWay = DaemonJson.Parse(path, saved) is { } old && old.PathOf(request.Name) is null
            && ((bool[])[false, true]).Any(isDefault => before.AsSpan().SequenceEqual(
                DaemonJson.Parse(path, DaemonJson.Install(path, saved, request.Name, "/", isDefault))!
                    .WithoutForReload(request.Name, old.Default)));
        if (isOnItsWay)
        {
            new FileChange(path, before, saved).Make();
        }

        if (isOnItsWay || before.AsSpan().SequenceEqual(saved))
        {
            FileChange.Delete(backup);
        }
    }

    /// <summary>Fails if dockerd would not start with the file.</summary>
    /// <returns>What is to be told if dockerd was not asked.</returns>
    private static async Task<IEnumerable<string>> CheckAsync(
        string path, byte[] after, Dockerd daemon, bool makeDefault, CancellationToken token)
    {
        if (daemon.CommandLine.First(makeDefault ? ["--add-runtime", "--default-runtime"] : ["--add-runtime"]) is { } flag)
        {
            throw new OciHooksException(
                $"{path}: dockerd runs with {flag}, and refuses to start when its file has the same; "
                + "it is left as it is: take that flag away");
        }

        (string? refusal, string? notAsked) = await DockerValidation.AskAsync(after, token);
        if (refusal is not null)
        {
            throw new OciHooksException(
                $"{path}: dockerd does not take it with the runtime added: {refusal}; it is left as it is: fix it");
        }

        return notAsked is null ? [] :
            [$"dockerd was not asked whether it takes the file, as {notAsked}; ask it before it starts: dockerd --validate --config-file {path}"];
    }
}
