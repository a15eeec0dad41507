using System.Text.Json.Serialization;
using HookEngine.Deciding.Matching;
using HookEngine.Model;

namespace HookCtl.Commands.Explain;

/// <summary>A rule in effect, held against a container.</summary>
/// <param name="File">Its file.</param>
/// <param name="Stages">When its hook runs, as written.</param>
/// <param name="Hook">The hook's program; null if it only edits.</param>
/// <param name="Matched">Whether it is for the container.</param>
/// <param name="AnySuffices">Whether one condition is enough.</param>
/// <param name="Conditions">Its conditions in the order in which they are looked at.</param>
/// <param name="Error">Why the question cannot be answered; null if it can.</param>
internal sealed record ExplainedRule(
    string File,
    IReadOnlyList<string> Stages,
    string? Hook,
    bool Matched,
    bool AnySuffices,
    IReadOnlyList<ExplainedCondition> Conditions,
    string? Error)
{
    internal static ExplainedRule Of(RuleMatch match) => new(
        match.Rule.Path.ToString(),
        [.. match.Rule.Stages.Select(stage => stage.Name())],
        match.Rule.Hook?.Path,
        match.Matched,
        match.Rule.When.AnySuffices,
        [
            .. match.Conditions.Select(seen => new ExplainedCondition(seen.Field, seen.Wanted, seen.Found, seen.Unknown is null ? seen.Holds : null)
            {
                Unknown = seen.Unknown,
                NotProvidedBy = seen.NotProvidedBy,
            }),
            .. Matcher.NotLookedAt(match).Select(passed => new ExplainedCondition(passed.Field, passed.Wanted, null, null)),
        ],
        match.Error);
}

/// <summary>One condition of a rule.</summary>
/// <param name="Field">Which, in the words of format 1.0.0.</param>
/// <param name="Wanted">What it asks for: a value, or patterns.</param>
/// <param name="Found">What it was held against; null if the container has nothing of the kind.</param>
/// <param name="Holds">Whether it holds; null if it was not looked at, or cannot be told.</param>
internal sealed record ExplainedCondition(string Field, string Wanted, string? Found, bool? Holds)
{
    /// <summary>Why it cannot be told whether it holds; null if it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unknown { get; init; }

    /// <summary>The engine, if it never tells what the condition asks; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotProvidedBy { get; init; }
}
