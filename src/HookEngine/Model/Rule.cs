using Linux;

namespace HookEngine.Model;

/// <summary>One file of a hooks directory, oci-hooks(5): a hook, the stages it runs at and the containers it is for.</summary>
/// <param name="Name">The file's name, by which a later directory's file replaces it.</param>
/// <param name="Path">The file.</param>
/// <param name="Version">The format it is written in: <c>ocihooks/1</c>, <c>1.0.0</c> or <c>0.1.0</c>.</param>
/// <param name="Hook">The program; null if the rule only edits.</param>
/// <param name="Stages">The stages as written: in that order, repetitions kept, prestart not yet made createRuntime.</param>
/// <param name="When">The containers it is for.</param>
public sealed record Rule(
    string Name,
    FilePath Path,
    string Version,
    Hook? Hook,
    IReadOnlyList<HookStage> Stages,
    Conditions When)
{
    /// <summary>Its place among the rules: they inject in this order, and those of one number by their names.</summary>
    public long Order { get; init; }

    /// <summary>Whether its hook goes before those that the engine wrote, not after them.</summary>
    public bool Prepends { get; init; }

    /// <summary>How its hook is run.</summary>
    public RulePolicy Policy { get; init; } = RulePolicy.None;

    /// <summary>The Kubernetes namespace whose containers alone it is for, by the directory it is in; null for any.</summary>
    public string? Namespace { get; init; }

    /// <summary>What it changes besides; null if that is nothing.</summary>
    public RuleEdits? Edits { get; init; }
}
