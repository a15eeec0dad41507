namespace HookEngine.Model;

/// <summary>What to do about a rule or a hook that users other than root may change.</summary>
public enum TrustPolicy
{
    /// <summary>Report an error: no container is created with it.</summary>
    Enforce,

    /// <summary>Use it, and log a warning.</summary>
    Warn,

    /// <summary>Use it without a check.</summary>
    Off,
}
