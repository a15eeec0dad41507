namespace HookEngine.Model;

/// <summary>
/// The directories where an engine keeps the files that it mounts into a container, such as /etc/hosts. A mount counts as the engine's only
/// if it is such a file in the engine's directory for this container. A user who runs a container can choose the sources of other mounts,
/// but not the container's ID.
/// </summary>
internal sealed class EngineDirectories
{
    /// <summary>
    /// The destinations of engine mounts, and the paths of their files in the engine's directory for a container or sandbox. IsShared says
    /// whether containers that share a network, IPC namespace or pod share the file.
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

    /// <summary>The mounts from the kubelet's directory for a pod: the destination, and the start of the path in that directory.</summary>
    private static readonly (string Destination, string Start)[] s_podFiles =
    [
        ("/etc/hosts", "/etc-hosts"),
        ("/dev/termination-log", "/containers/"),
        ("/var/run/secrets/kubernetes.io/serviceaccount", "/volumes/kubernetes.io~projected/"),
        ("/var/run/secrets/kubernetes.io/serviceaccount", "/volumes/kubernetes.io~secret/"),
    ];

    /// <summary>The mounts of files on the host that engines add.</summary>
    private static readonly (string Destination, string[] Sources)[] s_hostFiles =
    [
        ("/etc/mtab", ["/proc/mounts"]),
        ("/sbin/docker-init", ["/usr/bin/docker-init", "/usr/libexec/docker/docker-init"]),
        ("/dev/init", ["/usr/libexec/podman/catatonit", "/usr/bin/catatonit"]),
        ("/run/podman-init", ["/usr/libexec/podman/catatonit", "/usr/bin/catatonit"]),
    ];

    private readonly List<string> _keepers = [];

    /// <summary>No directories: every bind mount is the user's.</summary>
    internal static EngineDirectories None => new();

    /// <summary>The engine-generated ID of the container or its sandbox; null if every known ID may be a user's choice.</summary>
    internal string? Id { get; init; }

    /// <summary>The ID of the Kubernetes pod, which is the name of the kubelet's directory for it; null if there is no pod.</summary>
    internal string? Pod { get; init; }

    /// <summary>Adds a directory in which the engine has a directory for each container.</summary>
    internal EngineDirectories With(string owner)
    {
        _keepers.Add(owner);
        return this;
    }

    /// <summary>Returns whether some bind mount is not the engine's.</summary>
    internal bool HasOthers(IReadOnlyList<ContainerMount> mounts)
    {
        // A container that joins the network of another container, or of its pod, uses that one's shared files. They are next to its own.
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
    /// Returns the directory and the container ID to which an engine's file belongs, and whether others may share it. Returns null if the
    /// mount is not an engine's file, or is not at the destination where engines mount it.
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

    /// <summary>Whether a text has the form of an engine's ID.</summary>
    private static bool IsId(string text) => text.Length == 64 && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    /// <summary>Whether a path is absolute and has no empty, <c>.</c> or <c>..</c> component.</summary>
    private static bool IsClean(string path) =>
        path is ['/', ..] && !path.Contains("//", StringComparison.Ordinal) && !$"{path}/".Contains("/../", StringComparison.Ordinal)
        && !$"{path}/".Contains("/./", StringComparison.Ordinal);
}
