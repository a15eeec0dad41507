using System.Text.Json;
using HookCtl.Containers;

namespace HookCtl.Install;

/// <summary>CRI-O: a file in crio.conf.d, which it reads when it is reloaded.</summary>
internal static class CrioEngine
{
    private const string Engine = "crio";
    private const string Reload = "CRI-O reads it when it is reloaded: systemctl reload crio";

    /// <summary>What CRI-O notes in a pod's config.json: the handler that was asked for; empty for the default one.</summary>
    private const string Handler = "io.kubernetes.cri-o.RuntimeHandler";

    internal static InstallReport Install(InstallRequest request)
    {
        FileChange change = DropIn.Make(
            FileOf(request), Engine, request, makeDefault => Settings(request.Name, request.Wrapper, makeDefault));
        return FileChanges.Make(Engine, request, [change], InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [Reload, $"then a RuntimeClass with handler: {request.Name} makes pods use it"]);
    }

    internal static InstallReport Uninstall(InstallRequest request)
    {
        FileChange change = DropIn.Remove(FileOf(request), Engine, request.Name);
        IReadOnlyList<string> users = change.IsNone || request.Force ? [] : Users(change, request.Name);
        return users.Count > 0
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : FileChanges.Make(Engine, request, [change], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, [Reload]);
    }

    private static string Settings(string name, string wrapper, bool makeDefault) => $"""
        {(makeDefault ? $"[crio.runtime]\n{DefaultOf(name)}\n\n" : "")}[crio.runtime.runtimes."{name}"]
        runtime_path = "{wrapper}"
        runtime_type = "oci"

        """;

    private static string DefaultOf(string name) => $"default_runtime = \"{name}\"";

    private static string FileOf(InstallRequest request) =>
        request.ConfigFile ?? $"/etc/crio/crio.conf.d/ocihooks-{request.Name}.conf";

    private static IReadOnlyList<string> Users(FileChange dropIn, string name)
    {
        var files = new EngineFiles();
        bool isDefault = System.Text.Encoding.UTF8.GetString(dropIn.Before!).Contains(DefaultOf(name), StringComparison.Ordinal);
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
