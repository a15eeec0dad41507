namespace HookEngine.Model;

/// <summary>How a rule of format <c>ocihooks/1</c> wants its hook to be run. The settings apply where the rule says nothing.</summary>
public sealed record RulePolicy
{
    /// <summary>A policy that leaves everything to the settings.</summary>
    public static RulePolicy None { get; } = new();

    /// <summary><c>onFailure</c>: what happens to the container when the hook fails.</summary>
    public HookFailurePolicy? OnFailure { get; init; }

    /// <summary><c>supervise</c>: whether the hook runs under a supervisor.</summary>
    public bool? Supervise { get; init; }

    /// <summary><c>log</c>: the lowest level that is logged for the hook's runs.</summary>
    public LogLevel? Log { get; init; }

    /// <summary>The variables of <c>hook.env</c> whose values contain facts about the container.</summary>
    public IReadOnlyList<VariableTemplate> Variables { get; init; } = [];

    /// <summary>Whether some of the policy requires a supervisor.</summary>
    public bool NeedsSupervisor =>
        Supervise == true || Log is not null || OnFailure == HookFailurePolicy.Continue || Variables.Any(variable => variable.IsPid);

    /// <summary>Returns the first conflict within the policy, or with these stages; null if there is none.</summary>
    /// <param name="stages">The stages at which the hook runs.</param>
    internal (string Field, string Problem)? FindConflict(IReadOnlyCollection<HookStage> stages)
    {
        (string field, string text)? asked = this switch
        {
            { Variables: var variables } when variables.FirstOrDefault(variable => variable.IsPid) is { } pid =>
                ($"hook.env.{pid.Variable}", "{{pid}}"),
            { OnFailure: HookFailurePolicy.Continue } => ("onFailure", "\"continue\""),
            { Log: not null } => ("log", "a level"),
            { Supervise: true } => ("supervise", "true"),
            _ => null,
        };
        if (asked is { } need && Supervise == false)
        {
            return (need.field, $"is {need.text}, which only a supervisor can do; leave out \"supervise\": false");
        }

        if (asked is { } wish && stages.Contains(HookStage.StartContainer))
        {
            string problem = $"is {wish.text}, which only a supervisor can do, and startContainer has none; make two rules";
            return (wish.field, problem);
        }

        if (Supervise == false && stages.Contains(HookStage.Precreate))
        {
            return ("supervise", "is false, but precreate is always supervised; leave it out, or make two rules");
        }

        HookStage? late = stages.Contains(HookStage.Poststop) ? HookStage.Poststop
            : stages.Contains(HookStage.Precreate) ? HookStage.Precreate
            : null;
        return asked is (var field, "{{pid}}") && late is { } stage
            ? (field, $"is {{{{pid}}}}, but at {stage.Name()} there is no process; leave it out, or make two rules")
            : null;
    }
}
