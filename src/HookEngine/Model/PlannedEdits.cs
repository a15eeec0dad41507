namespace HookEngine.Model;

/// <summary>Edits to make in a container's configuration.</summary>
/// <param name="Rule">The rule that selected them.</param>
/// <param name="Device">The CDI device that they belong to; null if they are the rule's own.</param>
/// <param name="Edits">The edits.</param>
public sealed record PlannedEdits(Rule Rule, string? Device, ContainerEdits Edits);

/// <summary>The outcome of one edit.</summary>
/// <param name="Rule">The rule that selected it.</param>
/// <param name="Device">The CDI device that it belongs to; null if it is the rule's own.</param>
/// <param name="Kind">The kind of edit, in the words of rules: env, mounts and so on.</param>
/// <param name="Name">The name of the edited item: the variable's name, the mount's path, and so on.</param>
/// <param name="Outcome">The outcome.</param>
public sealed record AppliedEdit(Rule Rule, string? Device, string Kind, string Name, EditOutcome Outcome);

/// <summary>The outcomes of an edit.</summary>
public enum EditOutcome
{
    /// <summary>The item was added.</summary>
    Added,

    /// <summary>The item replaced a different one.</summary>
    Replaced,

    /// <summary>The existing item was kept, as the rule's <c>onConflict</c> says.</summary>
    Kept,

    /// <summary>The same item already existed.</summary>
    Present,
}

/// <summary>The names of outcomes.</summary>
public static class EditOutcomes
{
    /// <summary>Returns an outcome's name.</summary>
    public static string Word(this EditOutcome outcome) => outcome switch
    {
        EditOutcome.Added => "added",
        EditOutcome.Replaced => "replaced",
        EditOutcome.Kept => "kept",
        _ => "found",
    };
}
