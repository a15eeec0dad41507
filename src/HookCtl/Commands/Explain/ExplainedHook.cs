using HookEngine.Model;
using HookEngine.Running.Supervision;

namespace HookCtl.Commands.Explain;

/// <summary>A hook that the container would have.</summary>
/// <param name="Stage">When it runs.</param>
/// <param name="Path">Its program.</param>
/// <param name="Args">Its arguments, the first being its name.</param>
/// <param name="Env">Its environment; empty to inherit the runtime's.</param>
/// <param name="Rule">The rule it comes from; null if it is in the configuration already.</param>
/// <param name="Supervised">Whether it runs under a supervisor.</param>
/// <param name="Timeout">The seconds after which it is ended; null for no limit.</param>
/// <param name="OnFailure">What becomes of the container when it fails, abort or continue; null if the runtime decides.</param>
/// <param name="Supervisor">The wrapper that would supervise it; null if none would.</param>
internal sealed record ExplainedHook(
    string Stage,
    string Path,
    IReadOnlyList<string> Args,
    IReadOnlyList<string> Env,
    string? Rule,
    bool Supervised,
    double? Timeout,
    string? OnFailure,
    string? Supervisor)
{
    /// <summary>One that is there.</summary>
    internal static ExplainedHook Of(HookStage stage, Hook hook) =>
        new(stage.Name(), hook.Path, hook.Args ?? [], hook.Env ?? [], null, false, hook.Timeout, null, null);

    /// <summary>One that would be added.</summary>
    internal static ExplainedHook Of(PlannedHook hook, WrapperSettings settings)
    {
        bool supervised = HookSupervision.IsSupervisor(hook.Entry);
        return new ExplainedHook(
            hook.Stage.Name(),
            hook.Hook.Path,
            hook.Hook.Args ?? [],
            hook.Hook.Env ?? [],
            hook.Rule?.Path.ToString(),
            supervised,
            supervised ? HookSupervision.Timeout(hook.Hook, settings.Supervision).TotalSeconds : hook.Entry.Timeout,
            supervised ? (hook.Rule?.Policy.OnFailure ?? settings.Supervision.OnFailure).ToString().ToLowerInvariant() : null,
            supervised ? hook.Entry.Path : null);
    }
}
