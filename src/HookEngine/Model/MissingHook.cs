namespace HookEngine.Model;

/// <summary>What to make of a rule whose hook's program does not exist.</summary>
public enum MissingHook
{
    /// <summary>Leave the rule out, as the reference does, and say so.</summary>
    Skip,

    /// <summary>Refuse the whole rule set.</summary>
    Fail,
}
