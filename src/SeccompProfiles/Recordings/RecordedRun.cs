namespace SeccompProfiles.Recordings;

/// <summary>One container whose calls are in a recording.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="Container">Its ID.</param>
/// <param name="Name">Its name; null if its engine told none.</param>
/// <param name="New">The calls that no run before it had made, <c>i386:</c> and the like before those of a foreign ABI.</param>
public sealed record RecordedRun(DateTimeOffset Time, string Container, string? Name, IReadOnlyList<string> New)
{
    /// <summary>When its recording began, which tells a container's runs apart; null if that was not noted.</summary>
    public DateTimeOffset? Begun { get; init; }
}
