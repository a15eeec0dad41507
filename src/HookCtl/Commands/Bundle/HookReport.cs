using HookEngine.Model;
using HookEngine.Running.Supervision;

namespace HookCtl.Commands.Bundle;

/// <summary>A hook that was put into a config.json, or taken out.</summary>
/// <param name="Stage">The list it is in.</param>
/// <param name="Path">Its program.</param>
/// <param name="Args">Its arguments, the first being its name.</param>
/// <param name="Env">Its environment; empty to inherit the runtime's.</param>
/// <param name="Timeout">Its limit in seconds; null if it has none.</param>
/// <param name="Rule">The file that asked for it; null if none did, or it is not known.</param>
/// <param name="Supervised">Whether a supervisor runs it.</param>
internal sealed record HookReport(
    string Stage, string Path, IReadOnlyList<string> Args, IReadOnlyList<string> Env, long? Timeout, string? Rule, bool Supervised)
{
    internal static HookReport Of(PlannedHook planned)
    {
        (SupervisorOptions Options, Hook Hook)? supervised = SupervisorOptions.Of(planned.Entry);
        Hook hook = supervised?.Hook ?? planned.Entry;
        return new HookReport(
            planned.Stage.Name(),
            hook.Path,
            hook.Args ?? [],
            hook.Env ?? [],
            hook.Timeout,
            planned.Rule?.Path.ToString() ?? supervised?.Options.Rule,
            supervised is not null);
    }

    /// <summary>The hook in a line for people.</summary>
    internal string Line(string verb) => $"{verb} {Stage} {Path}{(Rule is null ? "" : $" ({Rule})")}{(Supervised ? ", supervised" : "")}";
}
