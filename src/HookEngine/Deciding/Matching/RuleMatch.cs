using HookEngine.Model;

namespace HookEngine.Deciding.Matching;

/// <summary>Whether a rule is for a container, and why.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Matched">Whether its hook is injected.</param>
/// <param name="Conditions">Each condition that was looked at; those after the deciding one were not.</param>
/// <param name="Error">Why the question cannot be answered; the container must not be created then.</param>
public sealed record RuleMatch(Rule Rule, bool Matched, IReadOnlyList<ConditionResult> Conditions, string? Error);
