using HookEngine.Matching;
using HookEngine.Rules;

namespace HookEngine.Injection;

/// <summary>Which hooks a container gets, and why.</summary>
/// <param name="Matches">For each rule in effect, in order, whether it is for the container and why.</param>
/// <param name="Hooks">The hooks to inject, each stage's in this order.</param>
public sealed record InjectionPlan(IReadOnlyList<RuleMatch> Matches, IReadOnlyList<PlannedHook> Hooks)
{
    /// <summary>Whether some rule's question could not be answered; the container must not be created then.</summary>
    public bool HasErrors => Matches.Any(match => match.Error is not null);

    /// <summary>Holds every rule against a container.</summary>
    public static InjectionPlan Make(RuleSet rules, ContainerFacts container)
    {
        var matches = new List<RuleMatch>(rules.Rules.Count);
        var hooks = new List<PlannedHook>();
        foreach (Rule rule in rules.Rules)
        {
            RuleMatch match = Matcher.Match(rule, container);
            matches.Add(match);
            if (!match.Matched)
            {
                continue;
            }

            foreach (HookStage stage in rule.Stages)
            {
                hooks.Add(new PlannedHook(stage == HookStage.Prestart ? HookStage.CreateRuntime : stage, rule.Hook, rule, rule.Prepends));
            }
        }

        return new InjectionPlan(matches, hooks);
    }
}
