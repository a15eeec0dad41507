namespace HookEngine.Model;

/// <summary>A hook to add to a container's configuration.</summary>
/// <param name="Stage">The stage whose list it is added to.</param>
/// <param name="Hook">The program.</param>
/// <param name="Rule">The rule that selected it; null if it was given on the command line.</param>
/// <param name="First">Whether it goes before the existing hooks. Otherwise it goes after them.</param>
public sealed record PlannedHook(HookStage Stage, Hook Hook, Rule? Rule, bool First = false)
{
    /// <summary>The hook that is written to the configuration: the hook itself, or the program that runs it.</summary>
    public Hook Entry { get; init; } = Hook;
}
