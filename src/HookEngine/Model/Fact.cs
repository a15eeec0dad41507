namespace HookEngine.Model;

/// <summary>
/// One fact about a container that rules ask for. It is known, absent or unknown. It is absent if the container has no such thing, or if
/// its engine does not report it. It is unknown if the engine has it but it could not be read.
/// </summary>
public sealed class Fact
{
    private Fact(IReadOnlyList<string> values, string? unknown)
    {
        Values = values;
        Unknown = unknown;
    }

    /// <summary>The known texts, in order. An unknown fact may have some.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Why there may be more than <see cref="Values"/>: a file, its problem, and the fix; null if there is no more.</summary>
    public string? Unknown { get; }

    /// <summary>The first known text; null if there is none.</summary>
    public string? Text => Values.Count > 0 ? Values[0] : null;

    /// <summary>A fact that is absent.</summary>
    public static Fact Absent => new([], null);

    /// <summary>Returns the fact with one text. It is absent if the text is null or empty.</summary>
    public static Fact Of(string? text) => new(string.IsNullOrEmpty(text) ? [] : [text], null);

    /// <summary>Returns the fact with all its texts. It is absent if there are none.</summary>
    public static Fact Of(IReadOnlyList<string> texts) => new(texts, null);

    /// <summary>Returns a fact of which some texts may be known, and others could not be read.</summary>
    /// <param name="reason">Why others could not be read; null if these are all.</param>
    /// <param name="known">The known texts.</param>
    public static Fact Partly(string? reason, IReadOnlyList<string> known) => new(known, reason);

    /// <summary>Returns a fact that could not be read.</summary>
    public static Fact NotHad(string reason) => new([], reason);
}
