using HookCtl.Files;
using HookCtl.Processes;
using Linux;

namespace HookCtl.Engines.Podman;

/// <summary>Podman: a file in containers.conf.d, which it reads each time.</summary>
internal static class PodmanEngine
{
    private const string Engine = "podman";

    internal static Task<InstallReport> InstallAsync(InstallRequest request, CancellationToken token)
    {
        string path = PathOf(request);
        var dropIn = new PodmanDropIn(path);
        request = request with { MakeDefault = request.MakeDefault || dropIn.IsDefault(request.Name) };
        FileChange change = FileOf(request, path).Write(dropIn.Text(request, request.MakeDefault));
        string? lostFlags = dropIn.LostFlags(change, request.Name);
        PodmanSettings others = dropIn.SettingsOfOthers;
        if (request.MakeDefault && IsRead(path) && Validate(others, request) is { } objection)
        {
            throw new OciHooksException($"{path}: {objection}");
        }

        return FileChanges.MakeAsync(
            Engine, request, [change with { Loses = lostFlags is not null }, .. dropIn.OfSiblings(change.After, request.Name)],
            InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [
                .. lostFlags is null ? Array.Empty<string>() : [InheritedSettings.NoteOfLost($"runtimes_flags = {lostFlags}")],
                .. Notes(request, path, others),
            ]);
    }

    internal static async Task<InstallReport> UninstallAsync(InstallRequest request, CancellationToken token)
    {
        string path = PathOf(request);
        FileChange change = FileOf(request, path).Remove();
        if (change.IsNone)
        {
            return await FileChanges.MakeAsync(Engine, request, [], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, []);
        }

        var dropIn = new PodmanDropIn(path);
        IReadOnlyList<string>? users = await ContainersWithAsync(request.Name, token);
        return users is { Count: > 0 } && !request.Force
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : await FileChanges.MakeAsync(
                Engine, request, [change, .. dropIn.OfSiblings(null, request.Name)], InstallOutcome.Uninstalled,
                InstallOutcome.NotInstalled,
                [
                    .. UninstallNotes.Of(request, users ?? [], NewDefault(path, request.Name)),
                    .. users switch
                    {
                        null => ["podman does not tell what containers there are: those that use the runtime cannot be started any more"],
                        [] => ["containers of other users were not looked at: those that use the runtime cannot be started any more"],
                        _ => Array.Empty<string>(),
                    },
                ]);
    }

    /// <summary>The default runtime without a drop-in file; null if its runtime is not the default one.</summary>
    private static string? NewDefault(string path, string name) =>
        PodmanSettings.Around(new EngineFiles(), path, _ => false).Default == name
            ? PodmanSettings.Around(new EngineFiles(), path, file => file == Path.GetFullPath(path)).DefaultInEffect
            : null;

    private static string? Validate(PodmanSettings others, InstallRequest request) =>
        others.DefaultInEffect is { } standard && others.ProgramOf(standard) is var program && !(program is not null && RuntimeProgram.IsWrapper(program))
            ? LowLevelChoice.Validate(request.LowLevel, standard, program)
            : null;

    private static IReadOnlyList<string> Notes(InstallRequest request, string path, PodmanSettings others)
    {
        string usage = $"podman {(request.MakeDefault ? "" : $"--runtime={request.Name} ")}run --rm docker.io/library/hello-world";
        string other = request.LowLevel is { } called && others.DefaultInEffect is { } standard && IsRead(path)
            && others.ProgramOf(standard) is { } program && !called.Is(program) && !RuntimeProgram.IsWrapper(program)
                ? $"Podman's own default runtime is {standard}; containers of {request.Name} run with {called.Path}"
                : "";
        return
        [
            .. other.Length > 0 ? (string[])[other] : [],
            "Podman reads hooks directories itself: in one that both read, each rule's hook runs twice; "
                + "give the wrapper others by hooksDirs",
            IsRead(path) ? $"try it: {usage}" : $"Podman does not read {path}: put it into {PodmanSettings.DropInDirectory}",
        ];
    }

    /// <summary>Whether Podman reads a file here.</summary>
    private static bool IsRead(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) == PodmanSettings.DropInDirectory && path.EndsWith(".conf", StringComparison.Ordinal);

    private static DropIn FileOf(InstallRequest request, string path) => new(path, Engine, request.Name, PodmanDropIn.Own(request.Name));

    private static string PathOf(InstallRequest request) =>
        request.ConfigFile ?? $"{PodmanSettings.DropInDirectory}/ocihooks-{request.Name}.conf";

    /// <summary>The containers of this user with a runtime; null if podman does not tell.</summary>
    private static async Task<IReadOnlyList<string>?> ContainersWithAsync(string runtime, CancellationToken token)
    {
        if (await ExternalProgram.RunAsync("podman", ["ps", "--all", "--quiet", "--no-trunc"], token) is not { ExitCode: 0 } all)
        {
            return null;
        }

        string[] ids = all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length == 0)
        {
            return [];
        }

        string head = runtime + " ";
        ProgramResult told = await ExternalProgram.RunAsync(
            "podman", ["container", "inspect", "--format", "{{.OCIRuntime}} {{.Name}}", .. ids], token);
        IEnumerable<string> users = told.Output.Split('\n').Where(line => line.StartsWith(head, StringComparison.Ordinal));
        return told.ExitCode == 0 ? [.. users.Select(line => line[head.Length..])] : null;
    }
}
