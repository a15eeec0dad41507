namespace HookEngine.Model;

/// <summary>
/// What there is to know of one thing that rules ask of a container. It is known; or it is absent, because the container has nothing of the
/// kind or its engine does not tell it; or it is unknown, because the engine has it and it could not be had.
/// </summary>
public sealed class Fact
{
    private Fact(IReadOnlyList<string> values, string? unknown)
    {
        Values = values;
        Unknown = unknown;
    }

    /// <summary>The texts that are known, in order; a fact that is unknown may have some.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Why there may be more than <see cref="Values"/>: a file, what is wrong with it, and what to do; null if there is no more.</summary>
    public string? Unknown { get; }

    /// <summary>The first text that is known; null if none is.</summary>
    public string? Text => Values.Count > 0 ? Values[0] : null;

    /// <summary>There is nothing of the kind.</summary>
    public static Fact Absent => new([], null);

    /// <summary>A text; absent if it is null or empty.</summary>
    public static Fact Of(string? text) => new(string.IsNullOrEmpty(text) ? [] : [text], null);

    /// <summary>All texts of the kind; absent if there are none.</summary>
    public static Fact Of(IReadOnlyList<string> texts) => new(texts, null);

    /// <summary>A fact of which some texts may be known, and others could not be had.</summary>
    /// <param name="reason">Why; null if these are all.</param>
    /// <param name="known">The texts that are known.</param>
    public static Fact Partly(string? reason, IReadOnlyList<string> known) => new(known, reason);

    /// <summary>A fact that could not be had.</summary>
    public static Fact NotHad(string reason) => new([], reason);
}
