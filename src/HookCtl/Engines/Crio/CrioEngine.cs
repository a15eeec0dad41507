using System.Text.Json;
using HookCtl.Engines.Podman;
using HookCtl.Files;
using HookCtl.Toml;

namespace HookCtl.Engines.Crio;

/// <summary>CRI-O: a file in crio.conf.d, which it reads when it starts.</summary>
internal static class CrioEngine
{
    private const string Engine = "crio";
    private const string Restart =
        "CRI-O uses it when it is restarted, not when it is reloaded: systemctl restart crio (containers live on)";

    private const string Unknown =
        "CRI-O's files do not say what settings its default runtime has: compare with what crio config shows, allowed_annotations above all";

    /// <summary>What CRI-O notes in a pod's config.json: the handler that was asked for; empty for the default one.</summary>
    private const string Handler = "io.kubernetes.cri-o.RuntimeHandler";

    internal static Task<InstallReport> InstallAsync(InstallRequest request, CancellationToken token)
    {
        DropIn dropIn = FileOf(request);
        var own = new CrioRuntimes([TomlText.Parse(dropIn.Path, dropIn.Read() ?? [])]);
        var others = new CrioRuntimes(FilesBeside(dropIn.Path).Select(Parse));
        InheritedSettings inherited = CrioInheritance.Of(request, others, own.Tables.GetValueOrDefault(request.Name));
        string settings = Settings(request.Name, inherited.Table, request.MakeDefault || own.Default == request.Name);
        FileChange change = dropIn.Write(settings) with { Loses = inherited.Lost.Count > 0 };
        IReadOnlyList<FileChange> lowLevel = LowLevelSetting.Inherit(request, inherited);
        return FileChanges.MakeAsync(Engine, request, [.. lowLevel, change],
            InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [
                .. inherited.Name is null ? [Unknown] : Array.Empty<string>(),
                .. inherited.Notes(request, lowLevel.Count > 0),
                Restart,
                $"then look for the handler {request.Name} in what crictl info shows; a RuntimeClass with that handler makes pods use it",
            ]);
    }

    internal static async Task<InstallReport> UninstallAsync(InstallRequest request, CancellationToken token)
    {
        FileChange change = FileOf(request).Remove();
        bool isDefault = !change.IsNone && new CrioRuntimes([TomlText.Parse(change.Path, change.Before!)]).Default == request.Name;
        IReadOnlyList<string> users = change.IsNone ? [] : Users(request.Name, isDefault);
        string? newDefault = isDefault
            ? new CrioRuntimes(FilesBeside(change.Path).Select(new EngineFiles().Toml).OfType<TomlText>()).Default ?? "CRI-O's own default"
            : null;
        return users.Count > 0 && !request.Force
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : await FileChanges.MakeAsync(
                Engine, request, [change], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled,
                [.. UninstallNotes.Of(request, users, newDefault), Restart]);
    }

    private static string Settings(string name, RuntimeTable table, bool makeDefault) =>
        (makeDefault ? $"[crio.runtime]\ndefault_runtime = \"{name}\"\n\n" : "") + table.Text($"crio.runtime.runtimes.\"{name}\"", "");

    private static DropIn FileOf(InstallRequest request) => new(
        request.ConfigFile ?? $"{CrioRuntimes.DropInDirectory}/ocihooks-{request.Name}.conf",
        Engine,
        request.Name,
        new InstalledSettings(["crio", "runtime", "default_runtime"], ["crio", "runtime", "runtimes", request.Name]));

    /// <summary>CRI-O's other files.</summary>
    private static IEnumerable<string> FilesBeside(string file) =>
        CrioRuntimes.Files(new EngineFiles(), Path.GetDirectoryName(Path.GetFullPath(file))!).Where(other => other != Path.GetFullPath(file));

    private static TomlText Parse(string file) => TomlText.Parse(file, FileChange.Read(file) ?? []);

    private static IReadOnlyList<string> Users(string name, bool isDefault)
    {
        var files = new EngineFiles();
        return
        [
            .. PodmanContainers.List(files)
                .Where(container => HandlerOf(files.Json(container.Config)) is { } handler
                    && (handler == name || (isDefault && handler.Length == 0)))
                .Select(container => container.Names is [var known, ..] ? known : container.Id),
        ];
    }

    private static string? HandlerOf(JsonElement? config) =>
        config is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("annotations", out JsonElement annotations)
            ? EngineFiles.String(annotations, Handler)
            : null;
}
