namespace SeccompProfiles.Recordings;

/// <summary>One container whose calls are in a recording.</summary>
/// <param name="Time">When the container ended.</param>
/// <param name="Container">The container's ID.</param>
/// <param name="Name">The container's name; null if its engine reported none.</param>
/// <param name="New">The calls that no earlier run made. Calls of a foreign ABI have a prefix such as <c>i386:</c>.</param>
public sealed record RecordedRun(DateTimeOffset Time, string Container, string? Name, IReadOnlyList<string> New)
{
    /// <summary>When the recording began, which distinguishes the runs of a container; null if that was not noted.</summary>
    public DateTimeOffset? Begun { get; init; }
}
