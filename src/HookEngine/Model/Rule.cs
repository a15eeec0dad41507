using Linux;

namespace HookEngine.Model;

/// <summary>A rule, one file of a hooks directory, oci-hooks(5): a hook, its stages, and the containers that it applies to.</summary>
/// <param name="Name">The file's name. A file of the same name in a later directory replaces it.</param>
/// <param name="Path">The file.</param>
/// <param name="Version">The file's format: <c>ocihooks/1</c>, <c>1.0.0</c> or <c>0.1.0</c>.</param>
/// <param name="Hook">The program; null if the rule only has edits.</param>
/// <param name="Stages">The stages as written: same order, with repetitions, prestart not yet replaced by createRuntime.</param>
/// <param name="When">The conditions that select the containers.</param>
public sealed record Rule(
    string Name,
    FilePath Path,
    string Version,
    Hook? Hook,
    IReadOnlyList<HookStage> Stages,
    Conditions When)
{
    /// <summary>The rule's rank. Rules are injected in ascending order; rules with the same rank are sorted by name.</summary>
    public long Order { get; init; }

    /// <summary>Whether the hook goes before those that the engine wrote. Otherwise it goes after them.</summary>
    public bool Prepends { get; init; }

    /// <summary>How the hook is run.</summary>
    public RulePolicy Policy { get; init; } = RulePolicy.None;

    /// <summary>The Kubernetes namespace that the rule is limited to, from the name of its directory; null for no limit.</summary>
    public string? Namespace { get; init; }

    /// <summary>The rule's other changes to the configuration; null if there are none.</summary>
    public RuleEdits? Edits { get; init; }
}
