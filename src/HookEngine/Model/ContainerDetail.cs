namespace HookEngine.Model;

/// <summary>What a config.json says of a container that rules of format <c>ocihooks/1</c> can see.</summary>
public sealed record ContainerDetail
{
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
}
