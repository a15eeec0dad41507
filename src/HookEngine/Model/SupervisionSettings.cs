namespace HookEngine.Model;

/// <summary>How hooks are watched while they run.</summary>
public sealed record SupervisionSettings
{
    /// <summary><c>supervise</c>: the stages whose hooks run under a supervisor, startContainer never being one.</summary>
    public IReadOnlyList<HookStage> Stages { get; init; } =
        [HookStage.Prestart, HookStage.CreateRuntime, HookStage.CreateContainer, HookStage.Poststart, HookStage.Poststop];

    /// <summary><c>hookTimeout</c>: how long a hook may run whose rule does not say.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>hookTimeoutCeiling</c>: how long any hook may run, whatever its rule says; null for no limit.</summary>
    public TimeSpan? TimeoutCeiling { get; init; }

    /// <summary><c>hookKillGrace</c>: how long a hook that was asked to end may take until it is killed.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary><c>onHookFailure</c>: what becomes of the container when a hook fails.</summary>
    public HookFailurePolicy OnFailure { get; init; }
}

/// <summary>What becomes of a container when one of its hooks fails.</summary>
public enum HookFailurePolicy
{
    /// <summary>What the OCI runtime specification says for the stage: mostly, that the container is not started.</summary>
    Abort,

    /// <summary>The failure is logged, and the container goes on.</summary>
    Continue,
}
