namespace HookEngine.Model;

/// <summary>The setting for rules whose hook's program does not exist.</summary>
public enum MissingHook
{
    /// <summary>Skip the rule, as the reference implementation does, and report it.</summary>
    Skip,

    /// <summary>Reject the whole rule set.</summary>
    Fail,
}
