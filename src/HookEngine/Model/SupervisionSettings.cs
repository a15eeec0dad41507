namespace HookEngine.Model;

/// <summary>The settings for running hooks under a supervisor.</summary>
public sealed record SupervisionSettings
{
    /// <summary><c>supervise</c>: the stages whose hooks run under a supervisor. startContainer is never one of them.</summary>
    public IReadOnlyList<HookStage> Stages { get; init; } =
        [HookStage.Prestart, HookStage.CreateRuntime, HookStage.CreateContainer, HookStage.Poststart, HookStage.Poststop];

    /// <summary><c>hookTimeout</c>: the timeout of a hook whose rule sets none.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>hookTimeoutCeiling</c>: the maximum timeout of any hook, whatever its rule says; null for no limit.</summary>
    public TimeSpan? TimeoutCeiling { get; init; }

    /// <summary><c>hookKillGrace</c>: the time between asking a hook to end and killing it.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>onHookFailure</c>: what happens to the container when a hook fails.</summary>
    public HookFailurePolicy OnFailure { get; init; }
}

/// <summary>What happens to a container when one of its hooks fails.</summary>
public enum HookFailurePolicy
{
    /// <summary>What the OCI runtime specification says for the stage. For most stages, the container is not started.</summary>
    Abort,

    /// <summary>The failure is logged, and the container continues.</summary>
    Continue,
}
