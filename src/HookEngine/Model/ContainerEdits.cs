namespace HookEngine.Model;

/// <summary>
/// The changes to a container's configuration besides the hooks of rules, in the words of the Container Device Interface's
/// <c>containerEdits</c>. Annotations and the seccomp profile are OciHooks's own additions.
/// </summary>
public sealed record ContainerEdits
{
    /// <summary>Variables of the process's environment, as KEY=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Mounts.</summary>
    public IReadOnlyList<MountEdit> Mounts { get; init; } = [];

    /// <summary>Device nodes, which the container may also use.</summary>
    public IReadOnlyList<DeviceEdit> DeviceNodes { get; init; } = [];

    /// <summary>Supplementary group IDs of the process.</summary>
    public IReadOnlyList<long> AdditionalGids { get; init; } = [];

    /// <summary>Hooks with their stages.</summary>
    public IReadOnlyList<StagedHook> Hooks { get; init; } = [];

    /// <summary>Annotations, each key once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>The seccomp profile; null to leave it unchanged.</summary>
    public SeccompSource? Seccomp { get; init; }

    /// <summary>Whether these edits change nothing.</summary>
    public bool IsEmpty => Env.Count + Mounts.Count + DeviceNodes.Count + AdditionalGids.Count + Hooks.Count + Annotations.Count == 0
        && Seccomp is null;
}

/// <summary>A mount to add.</summary>
/// <param name="HostPath">The source: a path on the host, or a name for file systems that require one.</param>
/// <param name="ContainerPath">The absolute path in the container.</param>
/// <param name="Type">The file system's type; empty for a bind mount.</param>
/// <param name="Options">The options, as for mount(8).</param>
public sealed record MountEdit(string HostPath, string ContainerPath, string Type, IReadOnlyList<string> Options);

/// <summary>A device node to add.</summary>
/// <param name="Path">The absolute path in the container.</param>
/// <param name="HostPath">The device on the host that supplies missing values; null if it has the same path.</param>
/// <param name="Type"><c>b</c>, <c>c</c>, <c>u</c> or <c>p</c>; empty to use the host device's type.</param>
/// <param name="Major">The major number; 0 to use the host device's numbers.</param>
/// <param name="Minor">The minor number.</param>
/// <param name="Permissions">The allowed access, letters of <c>rwm</c>, or <c>none</c>; empty for all.</param>
public sealed record DeviceEdit(string Path, string? HostPath, string Type, long Major, long Minor, string Permissions)
{
    /// <summary>The permission bits of the node; null for the runtime's default.</summary>
    public long? FileMode { get; init; }

    /// <summary>The user ID of the owner; null for the process's user.</summary>
    public long? User { get; init; }

    /// <summary>The group ID of the owner; null for the process's group.</summary>
    public long? Group { get; init; }
}

/// <summary>A hook and its stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Hook">The program.</param>
public sealed record StagedHook(HookStage Stage, Hook Hook);

/// <summary>The source of a seccomp profile.</summary>
/// <param name="File">The path of the file with the profile; null if the rule contains it.</param>
/// <param name="Text">The profile, JSON in UTF-8; empty if it is in a file.</param>
public sealed record SeccompSource(string? File, ReadOnlyMemory<byte> Text);
