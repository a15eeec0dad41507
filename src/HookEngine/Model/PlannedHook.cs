namespace HookEngine.Model;

/// <summary>A hook that is to be in a container's configuration.</summary>
/// <param name="Stage">The list it goes into.</param>
/// <param name="Hook">The program.</param>
/// <param name="Rule">The rule that chose it; null if it was named on the command line.</param>
/// <param name="First">Whether it goes before the hooks that are there, not after them.</param>
public sealed record PlannedHook(HookStage Stage, Hook Hook, Rule? Rule, bool First = false)
{
    /// <summary>What the configuration says to run: the hook itself, or what runs it.</summary>
    public Hook Entry { get; init; } = Hook;
}
