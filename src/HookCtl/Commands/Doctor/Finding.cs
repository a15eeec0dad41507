using System.Text.Json.Serialization;

namespace HookCtl.Commands.Doctor;

/// <summary>How much a <see cref="Finding"/> matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingSeverity>))]
internal enum FindingSeverity
{
    /// <summary>It is as it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Good to know, and no more.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>It works, but costs something or is hardly meant so.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It does not work, or cannot be trusted.</summary>
    [JsonStringEnumMemberName("problem")]
    Problem,
}

/// <summary>What <c>hookctl doctor</c> found.</summary>
/// <param name="Check">What was looked at: <c>wrapper</c>, <c>docker</c>, ..</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What is so.</param>
/// <param name="Advice">What to do; null if there is nothing to do.</param>
internal sealed record Finding(string Check, FindingSeverity Severity, string Text, string? Advice)
{
    internal static Finding Ok(string check, string text) => new(check, FindingSeverity.Ok, text, null);

    internal static Finding Note(string check, string text, string? advice = null) => new(check, FindingSeverity.Note, text, advice);

    internal static Finding Warning(string check, string text, string advice) => new(check, FindingSeverity.Warning, text, advice);

    internal static Finding Problem(string check, string text, string advice) => new(check, FindingSeverity.Problem, text, advice);

    /// <summary>A finding from one of the library's messages, each of which ends with what to do behind its last semicolon.</summary>
    internal static Finding Of(string check, FindingSeverity severity, string message)
    {
        int end = message.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0
            ? new Finding(check, severity, message, null)
            : new Finding(check, severity, message[..end], message[(end + 2)..]);
    }
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
