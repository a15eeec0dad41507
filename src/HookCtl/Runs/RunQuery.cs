namespace HookCtl.Runs;

/// <summary>Which runs are to be read.</summary>
internal sealed record RunQuery
{
    /// <summary>Only those since then, in the words of the user; null for all.</summary>
    internal string? Since { get; init; }

    /// <summary>Only those that failed.</summary>
    internal bool OnlyFailed { get; init; }

    /// <summary>The last ones, and then those to come, without an end.</summary>
    internal bool Follow { get; init; }

    /// <summary>Only what has been logged after that.</summary>
    internal RunPosition? After { get; init; }
}
