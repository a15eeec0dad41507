using HookEngine.Injection;
using HookEngine.Linux;
using HookEngine.Rules;
using HookEngine.Settings;

namespace HookEngine.Supervision;

/// <summary>Has hooks run by a supervisor: the wrapper itself, told in its arguments what to do.</summary>
public static class HookSupervision
{
    /// <summary>
    /// How much longer the runtime may wait for a supervisor than that may take. It is a net: a supervisor always ends by itself.
    /// </summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    /// <summary>Has each of the hooks run by a supervisor as <see cref="Apply"/> does.</summary>
    /// <param name="hooks">The hooks.</param>
    /// <param name="settings">What the administrator wants.</param>
    /// <param name="findSupervisor">Tells the wrapper's absolute path; asked only if it is needed.</param>
    /// <param name="source">Who asked for the hooks that no rule did.</param>
    public static void ApplyAll(List<PlannedHook> hooks, WrapperSettings settings, Func<FilePath> findSupervisor, string source)
    {
        string supervisor = hooks.Count > 0 && settings.Supervision.Stages.Count > 0 ? findSupervisor().ToString() : "";
        for (int i = 0; i < hooks.Count; i++)
        {
            hooks[i] = Apply(hooks[i], settings, supervisor, hooks[i].Rule?.Path.ToString() ?? source);
        }
    }

    /// <summary>
    /// The hook as it is to stand in the configuration. That of startContainer stays as it is but for a limit of its time: its path is
    /// resolved inside the container, where there is no supervisor.
    /// </summary>
    /// <param name="planned">The hook.</param>
    /// <param name="settings">What the administrator wants; its log is the supervisor's, too.</param>
    /// <param name="supervisor">The wrapper's absolute path.</param>
    /// <param name="source">The file that asked for the hook.</param>
    public static PlannedHook Apply(PlannedHook planned, WrapperSettings settings, string supervisor, string source)
    {
        SupervisionSettings supervision = settings.Supervision;
        TimeSpan timeout = Timeout(planned.Hook, supervision);
        if (planned.Stage == HookStage.StartContainer)
        {
            return supervision.Stages.Count == 0
                ? planned
                : planned with { Entry = planned.Hook with { Timeout = Seconds(timeout) } };
        }

        if (!IsSupervised(planned.Stage, supervision))
        {
            return planned;
        }

        // In its run command crun takes the container's end for none of its own, loses the hook's, and waits for the net to fail.
        long? net = planned.Stage == HookStage.Poststart ? null : Seconds(timeout + supervision.KillGrace + s_margin);
        var order = new SupervisorOrder
        {
            Stage = planned.Stage,
            Rule = source,
            Timeout = timeout,
            KillGrace = supervision.KillGrace,
            IsLimitAdded = net is not null && planned.Hook.Timeout is not > 0,
            OnFailure = supervision.OnFailure,
            Log = settings.Log,
        };
        return planned with { Entry = new Hook(supervisor, order.Arguments(planned.Hook), planned.Hook.Env, net) };
    }

    /// <summary>Whether what a configuration says to run is a supervisor.</summary>
    public static bool IsSupervisor(Hook entry) => entry.Args is [SupervisorOrder.ProgramName, ..];

    /// <summary>
    /// How long a hook may run: what the rule says, within what the settings allow. A rule that says 0 or less says nothing.
    /// </summary>
    public static TimeSpan Timeout(Hook hook, SupervisionSettings settings)
    {
        TimeSpan timeout = hook.Timeout is > 0 and var seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, SettingsFile.MaxSeconds))
            : settings.Timeout;
        return settings.TimeoutCeiling is { } ceiling && ceiling < timeout ? ceiling : timeout;
    }

    private static bool IsSupervised(HookStage stage, SupervisionSettings settings)
    {
        foreach (HookStage supervised in settings.Stages)
        {
            if (supervised == stage)
            {
                return true;
            }
        }

        return false;
    }

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
