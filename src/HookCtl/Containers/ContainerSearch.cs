using HookCtl.Engines;
using HookCtl.Engines.Containerd;
using HookCtl.Engines.Docker;
using HookCtl.Engines.Podman;
using HookCtl.Files;
using Linux;

namespace HookCtl.Containers;

/// <summary>Finds a container by what its user calls it.</summary>
internal static class ContainerSearch
{
    /// <summary>The container with that ID or name, or whose ID alone begins so.</summary>
    /// <exception cref="OciHooksException">There is none, or there are several.</exception>
    internal static async Task<FoundContainer> FindAsync(string wanted, EngineFiles files, CancellationToken token)
    {
        IEnumerable<FoundContainer>[] engines =
        [
            DockerContainers.List(files, await Dockerd.OfAsync(files, null, token)),
            PodmanContainers.List(files),
            ContainerdContainers.List(files),
            RuntimeContainers.List(files),
        ];

        // What several know by the same file is one container: Docker's are containerd's, Podman's are those of runc or crun.
        List<FoundContainer> all = [.. engines.SelectMany(containers => containers).DistinctBy(RealConfig)];
        List<FoundContainer> found = all.FindAll(container => container.Id == wanted || container.Names.Contains(wanted));
        if (found.Count == 0 && wanted.Length > 0)
        {
            found = all.FindAll(container => container.Id.StartsWith(wanted, StringComparison.Ordinal));
        }

        return found switch
        {
            [] => throw new OciHooksException(
                $"{wanted}: is no bundle (a directory with a config.json) and no container in {string.Join(", ", files.Looked)}; "
                + "name another, or the bundle's directory"),
            [var container] when File.Exists(container.Config) => container,
            [var container] => throw new OciHooksException(
                $"{wanted}: is {container}, which has no {container.Config} that can be read; "
                + "start it, or run this as a user who can read it"),
            _ => throw new OciHooksException(
                $"{wanted}: may be {string.Join(", or ", found)}; "
                + "give more of the ID, for containerd as NAMESPACE/ID, or the bundle's directory"),
        };
    }

    private static string RealConfig(FoundContainer container) =>
        AtomicReplacement.Resolve(new FilePath(container.Config), out _)?.ToString() ?? container.Config;
}
