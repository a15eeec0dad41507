namespace HookEngine.Deciding.Matching;

/// <summary>How one condition of a rule fared.</summary>
/// <param name="Field">The condition, such as <c>when.commands</c>, in the words of format 1.0.0.</param>
/// <param name="Wanted">What it asks for: a value, or a pattern.</param>
/// <param name="Found">What it was held against; null if the container has nothing of the kind.</param>
/// <param name="Holds">Whether it holds.</param>
public sealed record ConditionResult(string Field, string Wanted, string? Found, bool Holds)
{
    /// <summary>Why it cannot be told whether it holds; null if it can.</summary>
    public string? Unknown { get; init; }

    /// <summary>The container's engine, if it never tells what the condition asks; else null.</summary>
    public string? NotProvidedBy { get; init; }
}
