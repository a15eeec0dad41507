namespace HookEngine.Model;

/// <summary>A mount of a container; OCI runtime specification, "Mounts".</summary>
/// <param name="Destination">The path in the container.</param>
/// <param name="Source">The source: a path on the host for a bind mount, a name or nothing for others.</param>
/// <param name="IsBind">Whether it is a bind mount.</param>
public sealed record ContainerMount(string Destination, string Source, bool IsBind);
