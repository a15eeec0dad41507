using System.Text.Json.Serialization;
using SeccompProfiles.Calls;
using SeccompProfiles.Recordings;

namespace SeccompProfiles.Profiles;

/// <summary>A call that a container made and a profile would not have let it make.</summary>
/// <param name="Time">When the container ended.</param>
/// <param name="Image">The image, or what else the containers have in common.</param>
/// <param name="Container">The container's ID.</param>
/// <param name="Name">The container's name; null if its engine told none.</param>
/// <param name="Call">The call, <c>i386:</c> and the like before it under a foreign ABI.</param>
/// <param name="Process">The name of the process that made it first.</param>
/// <param name="Count">How often it was made.</param>
/// <param name="IsEnforced">Whether it was denied, not only would have been.</param>
public sealed record Denial(
    DateTimeOffset Time, string Image, string Container, string? Name, string Call, string Process, long Count, bool IsEnforced)
{
    /// <summary>When the recording of the container's run began; null if that was not noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Begun { get; init; }

    /// <summary>Whether both are of the same call in the same run.</summary>
    public bool IsSameAs(Denial other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Begun is not null && (Begun, Container, Call, IsEnforced) == (other.Begun, other.Container, other.Call, other.IsEnforced);
    }

    /// <summary>What a profile denied in a recorded run, or would have. Calls whose arguments it looks at are taken for allowed.</summary>
    /// <param name="recording">The run; if the profile was enforced, of calls that failed as denied ones do.</param>
    /// <param name="profile">The profile. What it has a rule for does not count if it was enforced: that is meant so.</param>
    /// <param name="isEnforced">Whether it was enforced.</param>
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
