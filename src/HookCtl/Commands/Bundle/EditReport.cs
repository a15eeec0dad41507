using HookEngine.Model;

namespace HookCtl.Commands.Bundle;

/// <summary>What became of an edit of a configuration that is not a hook.</summary>
/// <param name="Kind">What it edits, in the words of rules: env, mounts and so on.</param>
/// <param name="Name">Which: the variable's name, the mount's place, and so on.</param>
/// <param name="Outcome">What became of it: added, replaced, kept or found.</param>
/// <param name="Rule">The rule that asks for it.</param>
/// <param name="Device">The CDI device whose it is; null if it is the rule's own.</param>
internal sealed record EditReport(string Kind, string Name, string Outcome, string Rule, string? Device)
{
    internal static EditReport Of(AppliedEdit edit) =>
        new(edit.Kind, edit.Name, edit.Outcome.Word(), edit.Rule.Path.ToString(), edit.Device);

    /// <summary>It in words.</summary>
    internal string Line => Outcome switch
    {
        "found" => $"{Kind} {Name}: is there already (by {Source})",
        "kept" => $"{Kind} {Name}: another is there, and stays (by {Source})",
        _ => $"{Kind} {Name}: {Outcome} (by {Source})",
    };

    private string Source => Device is null ? Rule : $"{Rule}, CDI device {Device}";
}
