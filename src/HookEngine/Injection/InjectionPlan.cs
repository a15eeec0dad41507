using HookEngine.Matching;
using HookEngine.Rules;

namespace HookEngine.Injection;

/// <summary>Which hooks a container gets, and why.</summary>
/// <param name="Matches">For each rule in effect, in order, whether it is for the container and why.</param>
/// <param name="Hooks">The hooks to inject, each stage's in this order.</param>
/// <param name="Filters">The hooks of precreate, which change the configuration before others are injected, in this order.</param>
public sealed record InjectionPlan(
    IReadOnlyList<RuleMatch> Matches, IReadOnlyList<PlannedHook> Hooks, IReadOnlyList<PlannedHook> Filters)
{
    /// <summary>Whether some rule's question could not be answered; the container must not be created then.</summary>
    public bool HasErrors => Matches.Any(match => match.Error is not null);

    /// <summary>Holds every rule against a container.</summary>
    public static InjectionPlan Make(RuleSet rules, ContainerFacts container)
    {
        var matches = new List<RuleMatch>(rules.Rules.Count);
        var hooks = new List<PlannedHook>();
        var filters = new List<PlannedHook>();
        foreach (Rule rule in rules.Rules)
        {
            RuleMatch match = Matcher.Match(rule, container);
            if (match.Matched && rule.Policy.Variables.Count > 0)
            {
                match = Expand(match, container, out Hook hook);
                Add(rule, hook, hooks, filters);
            }
            else if (match.Matched)
            {
                Add(rule, rule.Hook, hooks, filters);
            }

            matches.Add(match);
        }

        return new InjectionPlan(matches, hooks, filters);
    }

    private static void Add(Rule rule, Hook hook, List<PlannedHook> hooks, List<PlannedHook> filters)
    {
        foreach (HookStage stage in rule.Stages)
        {
            if (stage == HookStage.Precreate)
            {
                filters.Add(new PlannedHook(stage, hook, rule));
            }
            else
            {
                hooks.Add(new PlannedHook(stage == HookStage.Prestart ? HookStage.CreateRuntime : stage, hook, rule, rule.Prepends));
            }
        }
    }

    /// <summary>Puts what the container is into the variables of a hook; that is not looked through again.</summary>
    private static RuleMatch Expand(RuleMatch match, ContainerFacts container, out Hook hook)
    {
        string[] env = [.. match.Rule.Hook.Env ?? []];
        foreach (VariableTemplate variable in match.Rule.Policy.Variables)
        {
            string name = variable.Variable + "=";
            int index = Array.FindIndex(env, entry => entry.StartsWith(name, StringComparison.Ordinal));
            if (variable.IsPid)
            {
                continue;
            }

            string? value = variable.Expand(container.Identity!, out string? problem);
            env[index] = name + value;
            match = problem is null || match.Error is not null ? match : match with { Error = $"hook.env.{variable.Variable}: {problem}" };
        }

        hook = match.Rule.Hook with { Env = env };
        return match;
    }
}
