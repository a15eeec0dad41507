using System.Text.Json.Serialization;
using HookEngine.Deciding.Matching;
using HookEngine.Model;
using HookEngine.Reading.Rules;

namespace HookCtl.Commands.List;

/// <summary>What <c>hookctl list</c> tells.</summary>
/// <param name="Rules">The rules in effect, in the order in which they inject.</param>
/// <param name="Unused">Rules that are replaced by others, or whose hook is missing.</param>
/// <param name="Problems">What is wrong with rule files; with any, no container can be created.</param>
/// <param name="Warnings">What is not as it should be with rules that are used all the same.</param>
internal sealed record RuleList(
    IReadOnlyList<ListedRule> Rules,
    IReadOnlyList<UnusedRule> Unused,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings)
{
    internal static RuleList Of(RuleSet rules) => new(
        [.. rules.Rules.Select(ListedRule.Of)],
        [
            .. rules.Masked.Select(masked => new UnusedRule(masked.Rule.Path.ToString(), $"replaced by {masked.By.Path}")),
            .. rules.Skipped.Select(skipped => new UnusedRule(skipped.File.ToString(), $"its hook {skipped.HookPath} does not exist")),
        ],
        Messages(rules, Severity.Error),
        Messages(rules, Severity.Warning));

    private static string[] Messages(RuleSet rules, Severity severity) =>
        [.. rules.Diagnostics.Where(problem => problem.Severity == severity).Select(problem => problem.ToString())];
}

/// <summary>A rule in effect.</summary>
/// <param name="File">Its file.</param>
/// <param name="Version">The format it is written in.</param>
/// <param name="Stages">When its hook runs, as written.</param>
/// <param name="When">Its conditions, in words.</param>
/// <param name="Hook">The hook's program; null if the rule only edits.</param>
/// <param name="Args">The hook's arguments, the first being its name.</param>
/// <param name="Env">The hook's environment; empty to inherit the runtime's.</param>
/// <param name="Timeout">The rule's limit in seconds; null if it has none.</param>
/// <param name="OnFailure">What becomes of the container when the hook fails, abort or continue; null if the settings say.</param>
/// <param name="Supervise">Whether the hook runs under a supervisor; null if the settings say.</param>
/// <param name="Log">The least that is logged of it; null if the settings say.</param>
/// <param name="Edits">What it edits besides, in words.</param>
internal sealed record ListedRule(
    string File,
    string Version,
    IReadOnlyList<string> Stages,
    IReadOnlyList<string> When,
    string? Hook,
    IReadOnlyList<string> Args,
    IReadOnlyList<string> Env,
    long? Timeout,
    string? OnFailure,
    bool? Supervise,
    string? Log,
    IReadOnlyList<string> Edits)
{
    internal static ListedRule Of(Rule rule) => new(
        rule.Path.ToString(),
        rule.Version,
        [.. rule.Stages.Select(stage => stage.Name())],
        rule.Namespace is null ? Words(rule.When) : [$"namespace {rule.Namespace} (by its directory)", .. Words(rule.When)],
        rule.Hook?.Path,
        rule.Hook?.Args ?? [],
        rule.Hook?.Env ?? [],
        rule.Hook?.Timeout,
        rule.Policy.OnFailure?.ToString().ToLowerInvariant(),
        rule.Policy.Supervise,
        rule.Policy.Log?.ToString().ToLowerInvariant(),
        rule.Edits?.Words ?? []);

    /// <summary>How the hook is run, in words, as far as the rule says.</summary>
    internal IEnumerable<string> PolicyWords() =>
    [
        .. Env.Select(variable => $"with {variable}"),
        .. OnFailure is null ? Array.Empty<string>() : [$"on failure: {OnFailure}"],
        .. Supervise is { } supervise ? [supervise ? "supervised" : "not supervised"] : Array.Empty<string>(),
        .. Log is null ? Array.Empty<string>() : [$"log: {Log}"],
    ];

    private static List<string> Words(Conditions when)
    {
        var words = new List<string>();
        if (when.Selector is not null)
        {
            return [.. Matcher.ConditionsOf(when.Selector).Select(condition => $"{condition.Field["when.".Length..]}: {condition.Wanted}")];
        }

        if (when.Always is { } always)
        {
            words.Add(always ? "always" : "never");
        }

        if (when.HasBindMounts is { } bindMounts)
        {
            words.Add(bindMounts ? "has bind mounts" : "never (hasBindMounts: false)");
        }

        words.AddRange(when.Annotations.Select(annotation => $"annotation {annotation.Key} = {annotation.Value}"));
        if (when.Commands.Count > 0)
        {
            words.Add("command " + string.Join(" or ", when.Commands));
        }

        return words.Count == 0 ? ["never (no condition)"]
            : when.AnySuffices && words.Count > 1 ? ["any of:", .. words]
            : words;
    }
}

/// <summary>A rule that is not used.</summary>
/// <param name="File">Its file.</param>
/// <param name="Reason">Why not.</param>
internal sealed record UnusedRule(string File, string Reason);

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RuleList))]
internal sealed partial class ListJson : JsonSerializerContext;
