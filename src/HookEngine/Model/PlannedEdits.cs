namespace HookEngine.Model;

/// <summary>Edits that are to be made in a container's configuration.</summary>
/// <param name="Rule">The rule that chose them.</param>
/// <param name="Device">The CDI device whose they are; null if they are the rule's own.</param>
/// <param name="Edits">The edits.</param>
public sealed record PlannedEdits(Rule Rule, string? Device, ContainerEdits Edits);

/// <summary>What became of one edit.</summary>
/// <param name="Rule">The rule that chose it.</param>
/// <param name="Device">The CDI device whose it is; null if it is the rule's own.</param>
/// <param name="Kind">What it edits, in the words of rules: env, mounts and so on.</param>
/// <param name="Name">Which: the variable's name, the mount's place, and so on.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record AppliedEdit(Rule Rule, string? Device, string Kind, string Name, EditOutcome Outcome);

/// <summary>What becomes of an edit.</summary>
public enum EditOutcome
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>It took the place of something else.</summary>
    Replaced,

    /// <summary>What was there stayed, as the rule's <c>onConflict</c> says.</summary>
    Kept,

    /// <summary>It was there already.</summary>
    Present,
}

/// <summary>Outcomes in words.</summary>
public static class EditOutcomes
{
    /// <summary>An outcome's name.</summary>
    public static string Word(this EditOutcome outcome) => outcome switch
    {
        EditOutcome.Added => "added",
        EditOutcome.Replaced => "replaced",
        EditOutcome.Kept => "kept",
        _ => "found",
    };
}
