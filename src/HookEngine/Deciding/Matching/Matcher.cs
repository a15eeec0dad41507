using HookEngine.Model;
using Re2;

namespace HookEngine.Deciding.Matching;

/// <summary>Holds a rule's conditions against a container, in the reference's order: pkg/hooks/1.0.0 When.Match.</summary>
public static class Matcher
{
    private const string NamespaceField = "namespace (by its directory)";
    private const string AlwaysField = "when.always";
    private const string BindMountsField = "when.hasBindMounts";
    private const string CommandsField = "when.commands";

    /// <summary>Whether the rule is for the container.</summary>
    public static RuleMatch Match(Rule rule, ContainerFacts container)
    {
        if (rule.Namespace is not { } wanted)
        {
            return MatchConditions(rule, container);
        }

        string? found = container.Identity?.Namespace;
        var ofDirectory = new ConditionResult(NamespaceField, wanted, found, found == wanted);
        RuleMatch rest = ofDirectory.Holds ? MatchConditions(rule, container) : new RuleMatch(rule, false, [], null);
        return rest with { Conditions = [ofDirectory, .. rest.Conditions] };
    }

    private static RuleMatch MatchConditions(Rule rule, ContainerFacts container)
    {
        Conditions when = rule.When;
        if (when.Selector is not null)
        {
            var matcher = new SelectorMatcher(container.Identity ?? throw new ArgumentException("it has no identity", nameof(container)));
            bool? holds = matcher.Holds(when.Selector);
            return new RuleMatch(rule, holds == true, matcher.Results, holds is null ? WhyUnknown([matcher.Unknown!]) : null);
        }

        var results = new List<ConditionResult>(1);
        bool? decided = Decide(when, results, WhenAlways(when))
            ?? Decide(when, results, WhenBindMounts(when, container));
        for (int i = 0; decided is null && i < when.Annotations.Count; i++)
        {
            decided = Decide(when, results, WhenAnnotation(when.Annotations[i], container));
        }

        string? noCommand = when.Commands.Count > 0 ? container.Unreadable.Find("process.args[0]") : null;
        if (decided is null && noCommand is not null)
        {
            results.Add(new ConditionResult(CommandsField, AnyOf(when.Commands), null, false) { Unknown = noCommand });
        }
        else if (decided is null && when.Commands.Count > 0 && container.HasProcess)
        {
            if (container.Command is null)
            {
                return new RuleMatch(
                    rule, false, results, "process.args is empty; a rule with commands needs the container to have a command");
            }

            ConditionResult command = WhenCommand(when.Commands, container.Command);
            results.Add(command);
            decided = command.Holds;
        }

        return decided is null && WhyUnknown(results) is { } unknown
            ? new RuleMatch(rule, false, results, unknown)
            : new RuleMatch(rule, decided ?? results.Exists(result => result.Holds), results, null);
    }

    /// <summary>Why it cannot be told of a container whether a rule is for it: because of the first condition that cannot be told of.</summary>
    private static string? WhyUnknown(List<ConditionResult> results) =>
        results.Find(result => result.Unknown is not null) is { } first ? $"{first.Field} cannot be told: {first.Unknown}" : null;

    /// <summary>The conditions that a rule of format <c>ocihooks/1</c> has, in the order in which they are looked at.</summary>
    public static IEnumerable<PassedCondition> ConditionsOf(Selector selector) => SelectorMatcher.Conditions(selector);

    /// <summary>
    /// The conditions that were not looked at because others had decided, or because there is nothing to hold them against.
    /// </summary>
    /// <param name="match">What <see cref="Match"/> told.</param>
    public static IReadOnlyList<PassedCondition> NotLookedAt(RuleMatch match)
    {
        Conditions when = match.Rule.When;
        if (when.Selector is not null)
        {
            HashSet<string> seen = [.. match.Conditions.Select(condition => condition.Field)];
            return [.. ConditionsOf(when.Selector).Where(condition => !seen.Contains(condition.Field))];
        }

        var all = new List<PassedCondition>();
        if (when.Always is { } always)
        {
            all.Add(new PassedCondition(AlwaysField, Word(always)));
        }

        if (when.HasBindMounts is { } bindMounts)
        {
            all.Add(new PassedCondition(BindMountsField, Word(bindMounts)));
        }

        all.AddRange(when.Annotations.Select(pattern => new PassedCondition(AnnotationField(pattern), pattern.Value.ToString())));
        if (when.Commands.Count > 0)
        {
            all.Add(new PassedCondition(CommandsField, AnyOf(when.Commands)));
        }

        return all[(match.Conditions.Count - (match.Rule.Namespace is null ? 0 : 1))..];
    }

    /// <summary>
    /// Notes a condition's result, if there is one, and tells what it decides: one that holds, if any suffices; one that
    /// does not, if all must; nothing, if it cannot be told.
    /// </summary>
    private static bool? Decide(Conditions when, List<ConditionResult> results, ConditionResult? result)
    {
        if (result is null)
        {
            return null;
        }

        results.Add(result);
        return result.Unknown is null && result.Holds == when.AnySuffices ? result.Holds : null;
    }

    private static ConditionResult? WhenAlways(Conditions when) =>
        when.Always is { } always ? new ConditionResult(AlwaysField, Word(always), null, always) : null;

    private static ConditionResult? WhenBindMounts(Conditions when, ContainerFacts container) =>
        when.HasBindMounts is { } wanted
            ? new ConditionResult(BindMountsField, Word(wanted), Word(container.HasBindMounts), wanted && container.HasBindMounts)
            {
                Unknown = wanted && !container.HasBindMounts ? container.Unreadable.Find("mounts") : null,
            }
            : null;

    private static ConditionResult WhenAnnotation(AnnotationPattern pattern, ContainerFacts container)
    {
        string field = AnnotationField(pattern);
        string? nearest = null;
        foreach ((string key, string value) in container.Annotations)
        {
            if (!pattern.Key.IsMatch(key))
            {
                continue;
            }

            nearest = $"{key}={value}";
            if (pattern.Value.IsMatch(value))
            {
                return new ConditionResult(field, pattern.Value.ToString(), nearest, true);
            }
        }

        return new ConditionResult(field, pattern.Value.ToString(), nearest, false) { Unknown = container.Unreadable.Find("annotations") };
    }

    private static ConditionResult WhenCommand(IReadOnlyList<Re2Pattern> patterns, string command)
    {
        foreach (Re2Pattern pattern in patterns)
        {
            if (pattern.IsMatch(command))
            {
                return new ConditionResult(CommandsField, pattern.ToString(), command, true);
            }
        }

        return new ConditionResult(CommandsField, AnyOf(patterns), command, false);
    }

    private static string AnnotationField(AnnotationPattern pattern) => $"when.annotations.{pattern.Key}";

    private static string AnyOf(IReadOnlyList<Re2Pattern> patterns) =>
        patterns.Count == 1 ? patterns[0].ToString() : string.Join(" or ", patterns);

    private static string Word(bool value) => value ? "true" : "false";
}
