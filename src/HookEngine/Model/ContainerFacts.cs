namespace HookEngine.Model;

/// <summary>The part of a container's configuration that rules can see. Conditions are matched against it.</summary>
/// <param name="Annotations">The annotations, each key once.</param>
/// <param name="HasProcess">Whether the configuration has a process.</param>
/// <param name="Command">The first word of the command line; null if there is none.</param>
/// <param name="HasBindMounts">Whether some mount has the option <c>bind</c> or <c>rbind</c>.</param>
public sealed record ContainerFacts(
    IReadOnlyList<KeyValuePair<string, string>> Annotations,
    bool HasProcess,
    string? Command,
    bool HasBindMounts)
{
    /// <summary>The fields of the configuration whose type is not the one in the specification.</summary>
    internal UnreadableFields Unreadable { get; init; } = UnreadableFields.None;

    /// <summary>The container's identity; null if no rule needs it. Only rules of format <c>ocihooks/1</c> do.</summary>
    public ContainerIdentity? Identity { get; init; }
}
