using System.Text.Json;

namespace HookCtl.Containers;

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
        string graphRoot = s_settings
            .SelectMany(files.Matching)
            .Select(file => files.Toml(file)?.String("storage", "graphroot"))
            .LastOrDefault(root => root is not null) ?? "/var/lib/containers/storage";
        IEnumerable<FoundContainer> containers = List(files, graphRoot);
        return EngineFiles.OwnDirectories() is var (_, data) ? containers.Concat(List(files, $"{data}/containers/storage")) : containers;
    }

    private static IEnumerable<FoundContainer> List(EngineFiles files, string graphRoot)
    {
        // One for each storage driver that was used: overlay-containers, vfs-containers.
        foreach (string kind in files.Directories(graphRoot).Where(name => name.EndsWith("-containers", StringComparison.Ordinal)))
        {
            Dictionary<string, IReadOnlyList<string>> names = Names(files.Json($"{graphRoot}/{kind}/containers.json"));
            foreach (string id in files.Directories($"{graphRoot}/{kind}"))
            {
                yield return new FoundContainer(
                    "Podman", id, names.GetValueOrDefault(id, []), files.At($"{graphRoot}/{kind}/{id}/userdata/config.json"));
            }
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Names(JsonElement? containers)
    {
        var names = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (containers is not { ValueKind: JsonValueKind.Array } list)
        {
            return names;
        }

        foreach (JsonElement container in list.EnumerateArray())
        {
            if (EngineFiles.String(container, "id") is { } id)
            {
                names[id] =
                [
                    .. EngineFiles.Array(container, "names")
                        .Where(name => name.ValueKind == JsonValueKind.String)
                        .Select(name => name.GetString()!),
                ];
            }
        }

        return names;
    }
}
