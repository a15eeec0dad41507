using System.Text.Json;
using HookCtl.Files;

namespace HookCtl.Engines.Podman;

/// <summary>The containers of Podman, Buildah's and CRI-O's among them: they share containers/storage.</summary>
internal static class PodmanContainers
{
    /// <summary>The settings in increasing precedence, containers-storage.conf(5).</summary>
    private static readonly string[] s_settings =
    [
        "/usr/share/containers/storage.conf", "/usr/share/containers/storage.conf.d/*.conf",
        "/etc/containers/storage.conf", "/etc/containers/storage.conf.d/*.conf",
    ];

    internal static IEnumerable<FoundContainer> List(EngineFiles files)
    {
        IEnumerable<FoundContainer> containers = List(
            files, Setting(files, "graphroot") ?? "/var/lib/containers/storage", Setting(files, "runroot") ?? "/run/containers/storage");
        return EngineFiles.OwnDirectories() is var (run, data)
            ? containers.Concat(List(files, $"{data}/containers/storage", $"{run}/containers"))
            : containers;
    }

    private static string? Setting(EngineFiles files, string name) => s_settings
        .SelectMany(files.Matching)
        .Select(file => files.Toml(file)?.String("storage", name))
        .LastOrDefault(value => value is not null);

    /// <summary>The containers of a storage; with a transient store, bundles are where Podman keeps what it needs as it runs.</summary>
    private static IEnumerable<FoundContainer> List(EngineFiles files, string graphRoot, string runRoot) =>
        List(files, graphRoot).Concat(List(files, runRoot).Where(container => File.Exists(container.Config)));

    private static IEnumerable<FoundContainer> List(EngineFiles files, string root)
    {
        // One for each storage driver that was used: overlay-containers, vfs-containers.
        foreach (string kind in files.Directories(root).Where(name => name.EndsWith("-containers", StringComparison.Ordinal)))
        {
            var names = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            AddNames(names, files.Json($"{root}/{kind}/containers.json"));
            AddNames(names, files.Json($"{root}/{kind}/volatile-containers.json"));
            foreach (string id in files.Directories($"{root}/{kind}"))
            {
                yield return new FoundContainer(
                    "Podman", id, names.GetValueOrDefault(id, []), files.At($"{root}/{kind}/{id}/userdata/config.json"));
            }
        }
    }

    private static void AddNames(Dictionary<string, IReadOnlyList<string>> names, JsonElement? containers)
    {
        if (containers is not { ValueKind: JsonValueKind.Array } list)
        {
            return;
        }

        foreach (JsonElement container in list.EnumerateArray())
        {
            if (EngineFiles.String(container, "id") is { } id)
            {
                names[id] = [.. EngineFiles.Strings(container, "names")];
            }
        }
    }
}
