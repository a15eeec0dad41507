namespace HookEngine.Identity;

/// <summary>What a config.json says of a container that rules of format <c>ocihooks/1</c> can see.</summary>
public sealed record ContainerDetail
{
    /// <summary>Where engines put files of their own, resolv.conf(5) and the like.</summary>
    private static readonly string[] s_enginesOwn =
    [
        "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/mtab", "/dev/shm", "/dev/termination-log", "/run/.containerenv",
        "/run/secrets", "/var/run/secrets/kubernetes.io/serviceaccount", "/sys/fs/cgroup", "/dev/init", "/sbin/docker-init",
    ];

    /// <summary>The directories with one for each container, or each pod, in which engines and the kubelet keep those files.</summary>
    private static readonly string[] s_keepers = ["containers", "overlay-containers", "sandboxes", "pods"];

    /// <summary>What they mount from elsewhere.</summary>
    private static readonly string[] s_enginesSources =
        ["/proc/mounts", "/sys/fs/cgroup", "/usr/bin/docker-init", "/usr/libexec/docker/docker-init", "/usr/libexec/podman/catatonit"];

    /// <summary>The annotations, each key once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The process's command line.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The process's environment, KEY=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>The process's user ID; null if there is no process.</summary>
    public long? UserId { get; init; }

    /// <summary>The process's group ID.</summary>
    public long GroupId { get; init; }

    /// <summary>The mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The root file system, as written.</summary>
    public string? RootPath { get; init; }

    /// <summary>The host's name in the container.</summary>
    public string? Hostname { get; init; }

    /// <summary>The network namespaces that are made or joined: null for one of its own, else the path of the one it joins.</summary>
    public IReadOnlyList<string?> NetworkNamespaces { get; init; } = [];

    /// <summary>Whether every device may be used.</summary>
    public bool AllowsAllDevices { get; init; }

    /// <summary>Whether parts of /proc and /sys are hidden.</summary>
    public bool HasMaskedPaths { get; init; }

    /// <summary>The fields that are not what the specification says.</summary>
    internal UnreadableFields Unreadable { get; init; } = UnreadableFields.None;

    /// <summary>The user as UID, and as UID:GID.</summary>
    public IReadOnlyList<string> User => UserId is { } user ? [$"{user}", $"{user}:{GroupId}"] : [];

    /// <summary>
    /// Whether it is privileged, as engines make containers so: all devices, and nothing of /proc and /sys hidden. Not every engine
    /// keeps a mark of it.
    /// </summary>
    public bool IsPrivileged => AllowsAllDevices && !HasMaskedPaths;

    /// <summary>Whether it has a bind mount that is not the engine's own.</summary>
    public bool HasOwnBindMounts
    {
        get
        {
            foreach (ContainerMount mount in Mounts)
            {
                if (mount.IsBind && !IsEnginesOwn(mount))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static bool IsEnginesOwn(ContainerMount mount)
    {
        string[] names = mount.Source.Split('/');
        return Array.IndexOf(s_enginesOwn, mount.Destination) >= 0
            && (Array.IndexOf(s_enginesSources, mount.Source) >= 0
                || Array.FindIndex(names, name => Array.IndexOf(s_keepers, name) >= 0) is >= 0 and var keeper && keeper < names.Length - 2);
    }
}
