namespace HookEngine.Model;

/// <summary>
/// Where an engine keeps the files of its own that it mounts into a container: /etc/hosts and the like. A mount counts as the engine's only
/// if it is such a file, in the place that the engine has for this container: whoever runs a container chooses the sources of other mounts,
/// but not its ID.
/// </summary>
internal sealed class EngineDirectories
{
    /// <summary>
    /// What is mounted in a place, as it stands in the directory that the engine has for a container or a sandbox, and whether containers that
    /// share a network, IPC namespace or pod have one of them.
    /// </summary>
    private static readonly (string Destination, bool IsShared, string[] Files)[] s_files =
    [
        ("/etc/hosts", true, ["/hosts", "/userdata/hosts"]),
        ("/etc/hostname", true, ["/hostname", "/userdata/hostname"]),
        ("/etc/resolv.conf", true, ["/resolv.conf", "/userdata/resolv.conf"]),
        ("/dev/shm", true, ["/shm", "/mounts/shm", "/userdata/shm"]),
        ("/run/secrets", false, ["/mounts/secrets", "/userdata/run/secrets"]),
        ("/run/.containerenv", false, ["/userdata/.containerenv"]),
    ];

    /// <summary>What the kubelet mounts from its directory of a pod: how the path goes on behind that.</summary>
    private static readonly (string Destination, string Start)[] s_podFiles =
    [
        ("/etc/hosts", "/etc-hosts"),
        ("/dev/termination-log", "/containers/"),
        ("/var/run/secrets/kubernetes.io/serviceaccount", "/volumes/kubernetes.io~projected/"),
        ("/var/run/secrets/kubernetes.io/serviceaccount", "/volumes/kubernetes.io~secret/"),
    ];

    /// <summary>What engines mount from the host.</summary>
    private static readonly (string Destination, string[] Sources)[] s_hostFiles =
    [
        ("/etc/mtab", ["/proc/mounts"]),
        ("/sbin/docker-init", ["/usr/bin/docker-init", "/usr/libexec/docker/docker-init"]),
        ("/dev/init", ["/usr/libexec/podman/catatonit", "/usr/bin/catatonit"]),
        ("/run/podman-init", ["/usr/libexec/podman/catatonit", "/usr/bin/catatonit"]),
    ];

    private readonly List<string> _keepers = [];

    /// <summary>None: each bind mount is the user's.</summary>
    internal static EngineDirectories None => new();

    /// <summary>The container's ID, or its sandbox's, which the engine made; null if there is none that nobody could choose.</summary>
    internal string? Id { get; init; }

    /// <summary>The ID of its Kubernetes pod, by which the kubelet calls its directory; null if it has none.</summary>
    internal string? Pod { get; init; }

    /// <summary>Adds a directory in which the engine has a directory for each container.</summary>
    internal EngineDirectories With(string owner)
    {
        _keepers.Add(owner);
        return this;
    }

    /// <summary>Whether some bind mount is not the engine's.</summary>
    internal bool HasOthers(IReadOnlyList<ContainerMount> mounts)
    {
        // A container that joins another's network, or its pod's, has that one's shared files: those are beside its own.
        List<string> owners = [.. _keepers];
        foreach (ContainerMount mount in mounts)
        {
            if (mount.IsBind && IsClean(mount.Source) && Owner(mount) is var (owner, id, _) && id == Id)
            {
                owners.Add(owner);
            }
        }

        foreach (ContainerMount mount in mounts)
        {
            if (mount.IsBind && !IsEngines(mount, owners))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsEngines(ContainerMount mount, List<string> owners) =>
        IsClean(mount.Source) && (IsHosts(mount) || IsPods(mount)
            || (Owner(mount) is var (owner, id, isShared) && (id == Id || (isShared && IsId(id) && owners.Contains(owner)))));

    private static bool IsHosts(ContainerMount mount)
    {
        foreach ((string destination, string[] sources) in s_hostFiles)
        {
            if (mount.Destination == destination && Array.IndexOf(sources, mount.Source) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsPods(ContainerMount mount)
    {
        string directory = $"/pods/{Pod}";
        int at = string.IsNullOrEmpty(Pod) ? -1 : mount.Source.IndexOf(directory + "/", StringComparison.Ordinal);
        string rest = at < 0 ? "" : mount.Source[(at + directory.Length)..];
        foreach ((string destination, string start) in s_podFiles)
        {
            if (mount.Destination == destination && (start.EndsWith('/') ? rest.StartsWith(start, StringComparison.Ordinal) : rest == start))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whose a file of an engine is, where that engine keeps such, and whether others may share it; null if it is none, or not mounted where
    /// engines do.
    /// </summary>
    private static (string Keeper, string Id, bool IsShared)? Owner(ContainerMount mount)
    {
        foreach ((string destination, bool isShared, string[] files) in s_files)
        {
            foreach (string file in mount.Destination == destination ? files : [])
            {
                string directory = mount.Source.EndsWith(file, StringComparison.Ordinal) ? mount.Source[..^file.Length] : "";
                int slash = directory.LastIndexOf('/');
                if (slash > 0 && IsContainersDirectory(directory.AsSpan(0, slash)))
                {
                    return (directory[..slash], directory[(slash + 1)..], isShared);
                }
            }
        }

        return null;
    }

    private static bool IsContainersDirectory(ReadOnlySpan<char> directory) => directory.EndsWith("/containers")
        || directory.EndsWith("-containers")
        || directory.EndsWith("/sandboxes");

    /// <summary>Whether it is an ID as engines make them.</summary>
    private static bool IsId(string text) => text.Length == 64 && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>Whether a path is what it seems: absolute, and nothing in it goes up.</summary>
    private static bool IsClean(string path) =>
        path is ['/', ..] && !path.Contains("//", StringComparison.Ordinal) && !$"{path}/".Contains("/../", StringComparison.Ordinal)
        && !$"{path}/".Contains("/./", StringComparison.Ordinal);
}
