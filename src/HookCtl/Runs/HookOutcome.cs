using System.Text.Json.Serialization;

namespace HookCtl.Runs;

/// <summary>How a hook ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HookOutcome>))]
internal enum HookOutcome
{
    /// <summary>With exit code 0, in time.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>With another exit code, or it was not seen to end.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>By a signal that the supervisor did not send because of the time.</summary>
    [JsonStringEnumMemberName("signaled")]
    Signaled,

    /// <summary>It ran past its time.</summary>
    [JsonStringEnumMemberName("timed_out")]
    TimedOut,

    /// <summary>It could not be started.</summary>
    [JsonStringEnumMemberName("not_started")]
    NotStarted,
}
