using System.Text.Json.Serialization;
using SeccompProfiles.Calls;
using SeccompProfiles.Recordings;

namespace SeccompProfiles.Profiles;

/// <summary>A call that a container made and that a profile denied or would have denied.</summary>
/// <param name="Time">When the container ended.</param>
/// <param name="Image">The image's reference, or the subject of the recording.</param>
/// <param name="Container">The container's ID.</param>
/// <param name="Name">The container's name; null if its engine reported none.</param>
/// <param name="Call">The call. A call under a foreign ABI has a prefix such as <c>i386:</c>.</param>
/// <param name="Process">The name of the process that made the call first.</param>
/// <param name="Count">The number of times the call was made.</param>
/// <param name="IsEnforced">Whether the call was denied. If false, it would have been denied.</param>
public sealed record Denial(
    DateTimeOffset Time, string Image, string Container, string? Name, string Call, string Process, long Count, bool IsEnforced)
{
    /// <summary>When the recording of the container's run began; null if that was not noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Begun { get; init; }

    /// <summary>Whether both denials are of the same call in the same run.</summary>
    public bool IsSameAs(Denial other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Begun is not null && (Begun, Container, Call, IsEnforced) == (other.Begun, other.Container, other.Call, other.IsEnforced);
    }

    /// <summary>
    /// Returns what a profile denied in a recorded run, or would have denied. Calls whose arguments the profile checks count as allowed.
    /// </summary>
    /// <param name="recording">The run. If the profile was enforced, it contains the calls that failed as denied calls do.</param>
    /// <param name="profile">
    /// The profile. If it was enforced, calls that it has a rule for are not returned: their failure is intended.
    /// </param>
    /// <param name="isEnforced">Whether the profile was enforced.</param>
    public static IReadOnlyList<Denial> Of(Recording recording, SeccompProfile profile, bool isEnforced)
    {
        ArgumentNullException.ThrowIfNull(recording);
        ArgumentNullException.ThrowIfNull(profile);
        IReadOnlySet<string> allowed = isEnforced ? profile.RuledNames() : profile.AllowedNames();
        RecordedRun run = recording.Runs[^1];
        var denials = new List<Denial>();
        foreach ((CallAbi abi, IReadOnlyList<RecordedCall> calls) in recording.Calls)
        {
            bool isListed = abi == recording.Native || profile.Architectures.Contains(abi.SeccompName());
            denials.AddRange(calls
                .Where(call => call.IsNamed && !(isListed && allowed.Contains(call.Name)))
                .Select(call => new Denial(
                    run.Time,
                    recording.Image ?? recording.Subject,
                    run.Container,
                    run.Name,
                    recording.Spell(abi, call.Name),
                    call.Process,
                    call.Count,
                    isEnforced)
                {
                    Begun = run.Begun,
                }));
        }

        return denials;
    }
}
