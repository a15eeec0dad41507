using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace HookEngine.Running.Supervision;

/// <summary>Has hooks run by a supervisor: the wrapper itself, told in its arguments what to do.</summary>
public static class HookSupervision
{
    /// <summary>
    /// How much longer than a supervisor may take the runtime's own timeout is: a supervisor ends by itself, unless somebody stops it.
    /// </summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>Has each of the hooks run by a supervisor as <see cref="Apply"/> does.</summary>
    /// <param name="hooks">The hooks.</param>
    /// <param name="settings">What the administrator wants.</param>
    /// <param name="findSupervisor">Tells the wrapper's absolute path; asked only if it is needed.</param>
    /// <param name="source">Who asked for the hooks that no rule did.</param>
    /// <param name="findRuntime">Tells the path of the low-level runtime, null if it is not known; asked only if it is needed.</param>
    public static void ApplyAll(
        List<PlannedHook> hooks, WrapperSettings settings, Func<FilePath> findSupervisor, string source, Func<FilePath?> findRuntime)
    {
        bool isNeeded = hooks.Exists(hook => IsSupervised(hook, settings.Supervision) || NeedsLimit(hook, settings.Supervision));
        string supervisor = isNeeded ? findSupervisor().ToString() : "";
        bool hasRuntimeTimeout = isNeeded && HasRuntimeTimeout(findRuntime());
        for (int i = 0; i < hooks.Count; i++)
        {
            hooks[i] = Apply(hooks[i], settings, supervisor, hooks[i].Rule?.Path.ToString() ?? source, hasRuntimeTimeout);
        }
    }

    /// <summary>
    /// Whether the runtime is given a timeout that the rule does not ask for. crun is not: after a hook with a timeout it does not block signals as it did
    /// before (until 1.29.1), so that one with a terminal, in the background, is stopped for ever.
    /// </summary>
    /// <param name="runtime">The low-level runtime, links followed: crun is known by its name; null if it is not known.</param>
    private static bool HasRuntimeTimeout(FilePath? runtime) => runtime?.Name.StartsWith("crun"u8) != true;

    /// <summary>
    /// The hook as it is to stand in the configuration. That of startContainer stays as it is but for a limit of its time: its path is
    /// resolved inside the container, where there is no supervisor. What the rule says counts, then what the settings say.
    /// </summary>
    /// <param name="planned">The hook.</param>
    /// <param name="settings">What the administrator wants; its log is the supervisor's, too.</param>
    /// <param name="supervisor">The wrapper's absolute path.</param>
    /// <param name="source">The file that asked for the hook.</param>
    /// <param name="hasRuntimeTimeout">Whether the runtime is given a timeout that the rule does not ask for; else the supervisor is all there is.</param>
    internal static PlannedHook Apply(
        PlannedHook planned, WrapperSettings settings, string supervisor, string source, bool hasRuntimeTimeout = true)
    {
        SupervisionSettings supervision = settings.Supervision;
        bool isLimitedBySupervisor = !hasRuntimeTimeout && NeedsLimit(planned, supervision);
        if (planned.Rule?.Policy.Supervise == false && !isLimitedBySupervisor)
        {
            return planned with { Entry = planned.Hook with { Timeout = UnderCeiling(planned.Hook, supervision) } };
        }

        if (planned.Stage == HookStage.StartContainer)
        {
            return supervision.Stages.Count == 0
                ? planned
                : planned with { Entry = planned.Hook with { Timeout = Seconds(Timeout(planned.Hook, supervision)) } };
        }

        if (!isLimitedBySupervisor && !IsSupervised(planned, supervision))
        {
            return planned;
        }

        // At poststart `crun run` takes the container's end for the hook's now and then, and waits for the timeout to fail.
        SupervisorOptions options = Options(planned, settings, source);
        bool isLimited = hasRuntimeTimeout && planned.Stage != HookStage.Poststart;
        long? timeout = isLimited ? Seconds(options.Timeout + options.KillGrace + Margin) : null;
        options = options with { IsTimeoutAdded = isLimited && planned.Hook.Timeout is not > 0 };
        return planned with { Entry = new Hook(supervisor, options.Arguments(planned.Hook), options.Environment(planned.Hook.Env), timeout) };
    }

    /// <summary>What a supervisor is told about a hook.</summary>
    internal static SupervisorOptions Options(PlannedHook planned, WrapperSettings settings, string source)
    {
        RulePolicy policy = planned.Rule?.Policy ?? RulePolicy.None;
        return new SupervisorOptions
        {
            Stage = planned.Stage,
            Rule = source,
            Timeout = Timeout(planned.Hook, settings.Supervision),
            KillGrace = settings.Supervision.KillGrace,
            OnFailure = policy.OnFailure ?? settings.Supervision.OnFailure,
            Sha256 = planned.Hook.Sha256,
            Log = policy.Log is { } level ? settings.Log with { Level = level } : settings.Log,
            PidVariables = [.. policy.Variables.Where(variable => variable.IsPid).Select(variable => variable.Variable)],
        };
    }

    /// <summary>Whether what a configuration says to run is a supervisor.</summary>
    public static bool IsSupervisor(Hook entry) => entry.Args is [SupervisorOptions.ProgramName, ..];

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

    /// <summary>A rule may do without the supervisor, but not without the administrator's limit.</summary>
    private static long? UnderCeiling(Hook hook, SupervisionSettings settings) =>
        settings.TimeoutCeiling is { } ceiling && (hook.Timeout is not { } seconds || seconds > ceiling.TotalSeconds)
            ? Seconds(ceiling)
            : hook.Timeout;

    /// <summary>Whether a rule that does without the supervisor does without a limit, too, where the administrator has one.</summary>
    private static bool NeedsLimit(PlannedHook planned, SupervisionSettings settings) =>
        planned.Rule?.Policy.Supervise == false
        && planned.Stage != HookStage.StartContainer
        && planned.Hook.Timeout is not > 0
        && settings.TimeoutCeiling is not null;

    private static bool IsSupervised(PlannedHook planned, SupervisionSettings settings)
    {
        if (planned.Stage == HookStage.StartContainer || planned.Rule?.Policy.Supervise == false)
        {
            return false;
        }

        // Whether a file is the one that a rule pins can only be told when it is executed.
        if (planned.Stage == HookStage.Precreate || planned.Hook.Sha256 is not null || planned.Rule?.Policy.NeedsSupervisor == true)
        {
            return true;
        }

        foreach (HookStage supervised in settings.Stages)
        {
            if (supervised == planned.Stage)
            {
                return true;
            }
        }

        return false;
    }

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
