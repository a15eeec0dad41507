namespace HookEngine.Model;

/// <summary>The part of a config.json that rules of format <c>ocihooks/1</c> can see.</summary>
public sealed record ContainerDetail
{
    /// <summary>The annotations, each key once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The process's command line.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The process's environment, as KEY=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>The process's user ID; null if there is no user.</summary>
    public long? UserId { get; init; }

    /// <summary>The process's group ID; 0 if config.json has none.</summary>
    public long GroupId { get; init; }

    /// <summary>The mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The path of the root file system, as written.</summary>
    public string? RootPath { get; init; }

    /// <summary>The container's host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>The network namespaces in config.json: null for a new namespace, else the path of an existing one.</summary>
    public IReadOnlyList<string?> NetworkNamespaces { get; init; } = [];

    /// <summary>Whether the container may use every device.</summary>
    public bool AllowsAllDevices { get; init; }

    /// <summary>Whether parts of /proc and /sys are hidden.</summary>
    public bool HasMaskedPaths { get; init; }

    /// <summary>The fields whose type is not the one in the specification.</summary>
    internal UnreadableFields Unreadable { get; init; } = UnreadableFields.None;

    /// <summary>The user as UID, and as UID:GID; empty if there is no user.</summary>
    public IReadOnlyList<string> User => UserId is { } user ? [$"{user}", $"{user}:{GroupId}"] : [];

    /// <summary>
    /// Whether the container is privileged, as engines implement it: all devices are allowed, and nothing of /proc and /sys is hidden.
    /// Not every engine records it explicitly.
    /// </summary>
    public bool IsPrivileged => AllowsAllDevices && !HasMaskedPaths;
}
