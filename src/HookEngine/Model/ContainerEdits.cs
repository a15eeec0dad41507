namespace HookEngine.Model;

/// <summary>
/// What is to be changed in a container's configuration besides its hooks, in the words of the Container Device Interface's
/// <c>containerEdits</c>; annotations and the seccomp profile are ours.
/// </summary>
public sealed record ContainerEdits
{
    /// <summary>Variables of the process's environment, KEY=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Mounts.</summary>
    public IReadOnlyList<MountEdit> Mounts { get; init; } = [];

    /// <summary>Device nodes, which the container may also use.</summary>
    public IReadOnlyList<DeviceEdit> DeviceNodes { get; init; } = [];

    /// <summary>Groups that the process is in besides its own.</summary>
    public IReadOnlyList<long> AdditionalGids { get; init; } = [];

    /// <summary>Hooks with their stages.</summary>
    public IReadOnlyList<StagedHook> Hooks { get; init; } = [];

    /// <summary>Annotations, each key once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The seccomp profile; null to leave it as it is.</summary>
    public SeccompSource? Seccomp { get; init; }

    /// <summary>Whether they change nothing.</summary>
    public bool IsEmpty => Env.Count + Mounts.Count + DeviceNodes.Count + AdditionalGids.Count + Hooks.Count + Annotations.Count == 0
        && Seccomp is null;
}

/// <summary>A mount.</summary>
/// <param name="HostPath">What is mounted: a path on the host, or a name for file systems that want one.</param>
/// <param name="ContainerPath">Where, an absolute path.</param>
/// <param name="Type">The file system's type; empty for a bind mount.</param>
/// <param name="Options">Options of mount(8).</param>
public sealed record MountEdit(string HostPath, string ContainerPath, string Type, IReadOnlyList<string> Options);

/// <summary>A device node.</summary>
/// <param name="Path">Where, an absolute path in the container.</param>
/// <param name="HostPath">The device on the host that tells what is not given; null if it has the same path.</param>
/// <param name="Type"><c>b</c>, <c>c</c>, <c>u</c> or <c>p</c>; empty for that of the host's.</param>
/// <param name="Major">Its number; 0 for that of the host's.</param>
/// <param name="Minor">Its number in its kind.</param>
/// <param name="Permissions">What may be done, of <c>rwm</c>, or <c>none</c>; empty for all.</param>
public sealed record DeviceEdit(string Path, string? HostPath, string Type, long Major, long Minor, string Permissions)
{
    /// <summary>The permission bits of the node; null for the runtime's own choice.</summary>
    public long? FileMode { get; init; }

    /// <summary>The user it belongs to; null for that of the process.</summary>
    public long? User { get; init; }

    /// <summary>The group it belongs to; null for that of the process.</summary>
    public long? Group { get; init; }
}

/// <summary>A hook and when it runs.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Hook">The program.</param>
public sealed record StagedHook(HookStage Stage, Hook Hook);

/// <summary>Where a seccomp profile is from.</summary>
/// <param name="File">The file that holds it; null if the rule does.</param>
/// <param name="Text">The profile, JSON in UTF-8; empty if a file holds it.</param>
public sealed record SeccompSource(string? File, ReadOnlyMemory<byte> Text);
