using System.Globalization;
using System.Text.Json.Serialization;
using HookEngine.Running.Log;
using Linux;

namespace HookCtl.Runs;

/// <summary>One run of a hook, as the log has it. What the log does not have is null.</summary>
/// <param name="Time">When it was logged, at its end.</param>
/// <param name="Stage">When in a container's life it ran.</param>
/// <param name="Hook">The hook's path.</param>
/// <param name="Rule">The rule's file; null for hooks of a command line.</param>
/// <param name="Container">The container's ID.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record HookRun(DateTimeOffset Time, string? Stage, string? Hook, string? Rule, string? Container, HookOutcome Outcome)
{
    private const int ShownIdLength = 12;

    /// <summary>The exit code, if it has one.</summary>
    public long? ExitCode { get; init; }

    /// <summary>The signal that ended it.</summary>
    public string? Signal { get; init; }

    /// <summary>Why it could not be started, errno(3).</summary>
    public long? Errno { get; init; }

    /// <summary>How long it ran.</summary>
    public double? DurationMs { get; init; }

    /// <summary>The end of what it wrote to standard output.</summary>
    public string? Stdout { get; init; }

    /// <summary>The end of what it wrote to standard error.</summary>
    public string? Stderr { get; init; }

    /// <summary>All of it in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it did not do what it was to do.</summary>
    [JsonIgnore]
    internal bool HasFailed => Outcome != HookOutcome.Succeeded;

    /// <summary>The container as tables show it.</summary>
    [JsonIgnore]
    internal string ShortContainer => Container is not { } id ? "-" : id[..Math.Min(id.Length, ShownIdLength)];

    /// <summary>The outcome in words.</summary>
    [JsonIgnore]
    internal string OutcomeText => this switch
    {
        { Outcome: HookOutcome.Succeeded } => "ok",
        { Outcome: HookOutcome.TimedOut } => "timed out",
        { Outcome: HookOutcome.NotStarted, Errno: { } error } => $"could not start: {Libc.ErrorText((int)error)}",
        { Outcome: HookOutcome.Signaled, Signal: { } signal } => signal,
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exit {code}"),
        _ => "failed",
    };

    /// <summary>The run that an event's fields tell of, by their names in the journal. Null if they tell of no run.</summary>
    internal static HookRun? Of(DateTimeOffset time, IReadOnlyDictionary<string, string> fields)
    {
        HookOutcome outcome;
        switch (fields.GetValueOrDefault("MESSAGE_ID"))
        {
            case MessageId.HookSucceeded:
                outcome = HookOutcome.Succeeded;
                break;
            case MessageId.HookTimedOut:
                outcome = HookOutcome.TimedOut;
                break;
            case MessageId.HookFailed:
                outcome = fields.ContainsKey("ERRNO") ? HookOutcome.NotStarted
                    : fields.ContainsKey("OCIHOOKS_SIGNAL") ? HookOutcome.Signaled
                    : HookOutcome.Failed;
                break;
            default:
                return null;
        }

        return new HookRun(
            time, fields.GetValueOrDefault("OCIHOOKS_STAGE"), fields.GetValueOrDefault("OCIHOOKS_HOOK"),
            fields.GetValueOrDefault("OCIHOOKS_RULE"), fields.GetValueOrDefault("CONTAINER_ID"), outcome)
        {
            ExitCode = Whole(fields, "OCIHOOKS_EXIT_CODE"),
            Signal = fields.GetValueOrDefault("OCIHOOKS_SIGNAL"),
            Errno = Whole(fields, "ERRNO"),
            DurationMs = Duration(fields),
            Stdout = fields.GetValueOrDefault("OCIHOOKS_STDOUT"),
            Stderr = fields.GetValueOrDefault("OCIHOOKS_STDERR"),
            Message = fields.GetValueOrDefault("MESSAGE"),
        };
    }

    private static long? Whole(IReadOnlyDictionary<string, string> fields, string name) =>
        int.TryParse(fields.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static double? Duration(IReadOnlyDictionary<string, string> fields) =>
        double.TryParse(
            fields.GetValueOrDefault("OCIHOOKS_DURATION_MS"),
            NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double number)
        && double.IsFinite(number) ? number : null;
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HookRun))]
internal sealed partial class HookRunJson : JsonSerializerContext;
