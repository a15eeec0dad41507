using System.Text.Json;

namespace HookCtl.Containers;

/// <summary>The containers of dockerd, whose bundles are those of its own containerd or the machine's.</summary>
internal static class DockerContainers
{
    private const string Bundles = "io.containerd.runtime.v2.task/moby";

    internal static IEnumerable<FoundContainer> List(EngineFiles files)
    {
        JsonElement? settings = files.Json("/etc/docker/daemon.json");
        IEnumerable<FoundContainer> containers = List(
            files,
            EngineFiles.String(settings, "data-root") ?? "/var/lib/docker",
            EngineFiles.String(settings, "exec-root") ?? "/run/docker");
        return EngineFiles.OwnDirectories() is var (run, data)
            ? containers.Concat(List(files, $"{data}/docker", $"{run}/docker"))
            : containers;
    }

    private static IEnumerable<FoundContainer> List(EngineFiles files, string dataRoot, string execRoot)
    {
        string own = $"{execRoot}/containerd/daemon/{Bundles}";
        IReadOnlyList<string> running = files.Directories(own);

        // A user who may not read dockerd's data may still be able to name a bundle.
        IEnumerable<string> known = files.Directories($"{dataRoot}/containers").Union(running);
        string shared = $"{ContainerdContainers.State(files)}/{Bundles}";
        foreach (string id in known)
        {
            string? name = EngineFiles.String(files.Json($"{dataRoot}/containers/{id}/config.v2.json"), "Name")?.TrimStart('/');
            string bundles = running.Contains(id) || !Directory.Exists(files.At($"{shared}/{id}")) ? own : shared;
            yield return new FoundContainer("Docker", id, name is null ? [] : [name], files.At($"{bundles}/{id}/config.json"));
        }
    }
}
