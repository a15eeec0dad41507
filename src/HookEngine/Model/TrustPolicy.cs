namespace HookEngine.Model;

/// <summary>What becomes of a rule or a hook that others than root may change.</summary>
public enum TrustPolicy
{
    /// <summary>It is an error: no container is created with it.</summary>
    Enforce,

    /// <summary>It is used, and a warning is logged.</summary>
    Warn,

    /// <summary>Nobody looks.</summary>
    Off,
}
