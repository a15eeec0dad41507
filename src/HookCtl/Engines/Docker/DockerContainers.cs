using HookCtl.Engines.Containerd;
using HookCtl.Files;

namespace HookCtl.Engines.Docker;

/// <summary>The containers of dockerd, whose bundles are those of its own containerd or the machine's.</summary>
internal static class DockerContainers
{
    private const string Bundles = "io.containerd.runtime.v2.task/moby";

    internal static IEnumerable<FoundContainer> List(EngineFiles files, Dockerd daemon)
    {
        IEnumerable<FoundContainer> containers = List(files, [.. daemon.DataRoots(files)], daemon.ExecRoot);
        return EngineFiles.OwnDirectories() is var (run, data)
            ? containers.Concat(List(files, [$"{data}/docker"], $"{run}/docker"))
            : containers;
    }

    /// <summary>The names of the containers with a runtime, running or not.</summary>
    /// <param name="files">The machine's files.</param>
    /// <param name="daemon">Whose containers.</param>
    /// <param name="runtime">The runtime's name.</param>
    /// <param name="token">Ends the wait for dockerd.</param>
    internal static async Task<IReadOnlyList<string>> WithRuntimeAsync(
        EngineFiles files, Dockerd daemon, string runtime, CancellationToken token) =>
    [
        .. from root in await daemon.DataRootsInUseAsync(files, token)
           from id in files.Directories($"{root}/containers")
           let directory = $"{root}/containers/{id}"
           where EngineFiles.String(files.Json($"{directory}/hostconfig.json"), "Runtime") == runtime
           select Name(files, directory) ?? id,
    ];

    private static IEnumerable<FoundContainer> List(EngineFiles files, IReadOnlyList<string> dataRoots, string execRoot)
    {
        string own = $"{execRoot}/containerd/daemon/{Bundles}";
        IReadOnlyList<string> running = files.Directories(own);
        var directories = dataRoots.SelectMany(
                root => files.Directories($"{root}/containers"), (root, id) => (Id: id, Path: $"{root}/containers/{id}"))
            .ToLookup(found => found.Id, found => found.Path);

        // A user who may not read dockerd's data may still be able to name a bundle.
        string shared = $"{ContainerdContainers.State(files)}/{Bundles}";
        foreach (string id in directories.Select(found => found.Key).Union(running))
        {
            string? name = directories[id].Select(directory => Name(files, directory)).FirstOrDefault();
            string bundles = running.Contains(id) || !Directory.Exists(files.At($"{shared}/{id}")) ? own : shared;
            yield return new FoundContainer("Docker", id, name is null ? [] : [name], files.At($"{bundles}/{id}/config.json"));
        }
    }

    private static string? Name(EngineFiles files, string directory) =>
        EngineFiles.String(files.Json($"{directory}/config.v2.json"), "Name")?.TrimStart('/');
}
