using HookEngine.Deciding.Matching;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;

namespace HookEngine.Deciding.Planning;

/// <summary>Which hooks and edits a container gets, and why.</summary>
/// <param name="Matches">For each rule in effect, in order, whether it is for the container and why.</param>
/// <param name="Hooks">The hooks to inject, each stage's in this order.</param>
/// <param name="PrecreateHooks">The hooks of precreate, which change the configuration before others are injected, in this order.</param>
public sealed record InjectionPlan(
    IReadOnlyList<RuleMatch> Matches, IReadOnlyList<PlannedHook> Hooks, IReadOnlyList<PlannedHook> PrecreateHooks)
{
    /// <summary>Whether some rule's question could not be answered; the container must not be created then.</summary>
    public bool HasErrors => Matches.Any(match => match.Error is not null);

    /// <summary>The edits to make, in this order.</summary>
    public IReadOnlyList<PlannedEdits> Edits { get; private init; } = [];

    /// <summary>Holds every rule against a container.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="container">What they are held against.</param>
    /// <param name="files">The files that edits come from.</param>
    public static InjectionPlan Make(RuleSet rules, ContainerFacts container, EditSources files)
    {
        var matches = new List<RuleMatch>(rules.Rules.Count);
        var hooks = new List<PlannedHook>();
        var precreateHooks = new List<PlannedHook>();
        var edits = new List<PlannedEdits>();
        foreach (Rule rule in rules.Rules)
        {
            RuleMatch match = Matcher.Match(rule, container);
            if (match.Matched && rule.Hook is { } hook)
            {
                foreach (HookStage stage in rule.Stages)
                {
                    Hook expanded = hook;
                    match = rule.Policy.Variables.Count > 0 ? Expand(match, container, stage, ref expanded) : match;
                    Add(rule, stage, expanded, hooks, precreateHooks);
                }
            }

            if (match.Matched && rule.Edits is { } wanted && AddEdits(rule, wanted, container, files, hooks, edits) is { } problem)
            {
                match = match with { Error = match.Error ?? problem };
            }

            matches.Add(match);
        }

        return new InjectionPlan(matches, hooks, precreateHooks) { Edits = edits };
    }

    private static void Add(Rule rule, HookStage stage, Hook hook, List<PlannedHook> hooks, List<PlannedHook> precreateHooks)
    {
        if (stage == HookStage.Precreate)
        {
            precreateHooks.Add(new PlannedHook(stage, hook, rule));
        }
        else
        {
            hooks.Add(new PlannedHook(stage == HookStage.Prestart ? HookStage.CreateRuntime : stage, hook, rule, rule.Prepends));
        }
    }

    /// <summary>Puts what the container is into the variables of a hook; that is not looked through again.</summary>
    private static RuleMatch Expand(RuleMatch match, ContainerFacts container, HookStage stage, ref Hook hook)
    {
        string[] env = [.. hook.Env ?? []];
        int index = 0;
        foreach (VariableTemplate variable in match.Rule.Policy.Variables)
        {
            // Variables stand in the order of the environment.
            string name = variable.Variable + "=";
            index = Array.FindIndex(env, index, entry => entry.StartsWith(name, StringComparison.Ordinal));
            if (variable.IsPid)
            {
                continue;
            }

            string? value = variable.Expand(container.Identity!, stage, out string? problem);
            env[index] = name + value;
            match = problem is null || match.Error is not null ? match : match with { Error = $"hook.env.{variable.Variable}: {problem}" };
        }

        hook = hook with { Env = env };
        return match;
    }

    /// <summary>Adds a rule's edits: those of its devices, then its own. Why that cannot be done, if it cannot.</summary>
    private static string? AddEdits(
        Rule rule, RuleEdits wanted, ContainerFacts container, EditSources files, List<PlannedHook> hooks, List<PlannedEdits> edits)
    {
        try
        {
            foreach (PlannedEdits planned in files.Resolve(rule, wanted, container))
            {
                AddHooks(planned, hooks);
                edits.Add(planned);
            }

            return null;
        }
        catch (OciHooksException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>The variables of the rule's own hook are none of theirs.</summary>
    private static void AddHooks(PlannedEdits planned, List<PlannedHook> hooks)
    {
        foreach (StagedHook staged in planned.Edits.Hooks)
        {
            Rule rule = planned.Rule with { Policy = planned.Rule.Policy with { Variables = [] } };
            hooks.Add(new PlannedHook(staged.Stage, staged.Hook, rule, rule.Prepends));
        }
    }
}
