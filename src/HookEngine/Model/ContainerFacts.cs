namespace HookEngine.Model;

/// <summary>What conditions are held against: the part of a container's configuration that rules can see.</summary>
/// <param name="Annotations">The annotations, each key once.</param>
/// <param name="HasProcess">Whether the configuration has a process at all.</param>
/// <param name="Command">The first word of its command line; null if it has none.</param>
/// <param name="HasBindMounts">Whether some mount's options hold <c>bind</c> or <c>rbind</c>.</param>
public sealed record ContainerFacts(
    IReadOnlyList<KeyValuePair<string, string>> Annotations,
    bool HasProcess,
    string? Command,
    bool HasBindMounts)
{
    /// <summary>The fields of the configuration that are not what the specification says.</summary>
    internal UnreadableFields Unreadable { get; init; } = UnreadableFields.None;

    /// <summary>Who the container is; null where no rule asks, which only those of format <c>ocihooks/1</c> do.</summary>
    public ContainerIdentity? Identity { get; init; }
}
