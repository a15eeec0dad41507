namespace HookEngine.Deciding.Matching;

/// <summary>A condition of a rule that was not looked at.</summary>
/// <param name="Field">The condition, as <see cref="ConditionResult"/> has it.</param>
/// <param name="Wanted">What it asks for: a value, or patterns.</param>
public sealed record PassedCondition(string Field, string Wanted);
