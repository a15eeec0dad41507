using System.Globalization;
using HookEngine.Model;

namespace HookEngine.Running.Supervision;

/// <summary>
/// What a supervisor is told about the hook that it is to run. All of it travels in the arguments of the injected hook, so that
/// the run depends on no file: rules and settings may have changed since, and so may the supervisor's own version. Options it does
/// not know are passed over, and each has a default.
/// </summary>
public sealed record SupervisorOptions
{
    /// <summary>The first argument, by which the wrapper knows that it is to be a supervisor.</summary>
    public const string ProgramName = "ocihooks-supervisor";

    /// <summary>The argument that stands before the hook's path and its arguments.</summary>
    private const string Separator = "--";

    private const string LimitAdded = "--limit-added";

    private const string PidVariable = "--pid-variable=";

    private const string LogTrustWarn = "--log-trust=warn";

    private const string LogTrustOff = "--log-trust=off";

    // As they are looked for before there are strings.
    internal static ReadOnlySpan<byte> ProgramNameBytes => "ocihooks-supervisor"u8;

    internal static ReadOnlySpan<byte> SeparatorBytes => "--"u8;

    internal static ReadOnlySpan<byte> LimitAddedBytes => "--limit-added"u8;

    internal static ReadOnlySpan<byte> PidVariableBytes => "--pid-variable="u8;

    internal static ReadOnlySpan<byte> TimeoutBytes => "--timeout-ms="u8;

    internal static ReadOnlySpan<byte> KillGraceBytes => "--grace-ms="u8;

    internal static ReadOnlySpan<byte> GoesOnBytes => "--on-failure=continue"u8;

    internal static ReadOnlySpan<byte> PoststopBytes => "--stage=poststop"u8;

    internal static ReadOnlySpan<byte> PrecreateBytes => "--stage=precreate"u8;

    internal static ReadOnlySpan<byte> Sha256Bytes => "--sha256="u8;

    /// <summary>When the hook runs.</summary>
    public HookStage Stage { get; init; } = HookStage.CreateRuntime;

    /// <summary>The file that asked for the hook.</summary>
    public string Rule { get; init; } = "";

    /// <summary>How long the hook may run.</summary>
    public TimeSpan Timeout { get; init; } = new SupervisionSettings().Timeout;

    /// <summary>How long it may take to end when asked to.</summary>
    public TimeSpan KillGrace { get; init; } = new SupervisionSettings().KillGrace;

    /// <summary>
    /// Whether the runtime's limit of time is for the supervisor only, the hook having none: crun blocks SIGCHLD in hooks that have
    /// a limit, which the hook is not to see.
    /// </summary>
    public bool IsTimeoutAdded { get; init; }

    /// <summary>What becomes of the container when the hook fails.</summary>
    public HookFailurePolicy OnFailure { get; init; }

    /// <summary>
    /// Whether the runtime is told of a failure. Not where it is not to stop the container, and not after the container's end, where
    /// runc would leave out the hooks that come after.
    /// </summary>
    public bool PropagatesFailure =>
        Stage == HookStage.Precreate || (OnFailure == HookFailurePolicy.Abort && Stage != HookStage.Poststop);

    /// <summary>
    /// The variables of the hook's environment that get the number of the container's process. They stand there without a value: one that
    /// does not know of them leaves them so.
    /// </summary>
    public IReadOnlyList<string> PidVariables { get; init; } = [];

    /// <summary>Of precreate, where no state tells it: the container's ID.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary>Of precreate, where no state tells it: the bundle.</summary>
    public string Bundle { get; init; } = "";

    /// <summary>The SHA-256 that the hook's file must have, <see cref="Hook.Sha256"/>; null if any will do.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where it is told what the hook did.</summary>
    public LogSettings Log { get; init; } = new() { Journald = false };

    /// <summary>The arguments of a supervisor of a hook.</summary>
    public List<string> Arguments(Hook hook)
    {
        List<string> arguments =
        [
            ProgramName,
            "--stage=" + Stage.Name(),
            "--rule=" + Rule,
            "--timeout-ms=" + Milliseconds(Timeout),
            "--grace-ms=" + Milliseconds(KillGrace),
            "--on-failure=" + (OnFailure == HookFailurePolicy.Continue ? "continue" : "abort"),
            "--log-level=" + LogLevelName(Log.Level),
        ];
        if (IsTimeoutAdded)
        {
            arguments.Add(LimitAdded);
        }

        if (Sha256 is not null)
        {
            arguments.Add("--sha256=" + Sha256);
        }

        if (Log.Journald)
        {
            arguments.Add("--log-journald");
        }

        if (Log.Stderr)
        {
            arguments.Add("--log-stderr");
        }

        if (Log.File is not null)
        {
            arguments.Add("--log-file=" + Log.File);
            if (Log.Trust != TrustPolicy.Enforce)
            {
                arguments.Add(Log.Trust == TrustPolicy.Warn ? LogTrustWarn : LogTrustOff);
            }
        }

        if (Stage == HookStage.Precreate)
        {
            arguments.Add("--container-id=" + ContainerId);
            arguments.Add("--bundle=" + Bundle);
        }

        foreach (string variable in PidVariables)
        {
            arguments.Add(PidVariable + variable);
        }

        arguments.Add(Separator);
        arguments.Add(hook.Path);
        arguments.AddRange(hook.Args ?? []);
        return arguments;
    }

    /// <summary>The environment that the supervisor of a hook gets: without the values that it puts in itself.</summary>
    public IReadOnlyList<string>? Environment(IReadOnlyList<string>? hook) => WithPid(hook, "");

    /// <summary>The options that a hook of a configuration carries, and the hook that it is about; null if no supervisor runs it.</summary>
    public static (SupervisorOptions Options, Hook Hook)? Of(Hook entry)
    {
        List<string> words = [.. entry.Args ?? []];
        int separator = words.IndexOf(Separator);
        if (words is not [ProgramName, ..] || separator < 0 || separator == words.Count - 1)
        {
            return null;
        }

        SupervisorOptions options = Parse(words[1..separator]);
        long? timeout = options.IsTimeoutAdded ? null : (long)Math.Ceiling(options.Timeout.TotalSeconds);
        IReadOnlyList<string>? environment = options.WithPid(entry.Env, VariableTemplate.Pid);
        return (options, new Hook(words[separator + 1], words[(separator + 2)..], environment, timeout) { Sha256 = options.Sha256 });
    }

    /// <summary>The options among the arguments of a supervisor.</summary>
    /// <param name="arguments">The arguments between the first and <c>--</c>.</param>
    public static SupervisorOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SupervisorOptions();
        foreach (string option in arguments)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? option : option[..equals];
            string value = equals < 0 ? "" : option[(equals + 1)..];
            options = name switch
            {
                "--stage" => options with { Stage = HookStages.ParseShared(value) ?? options.Stage },
                "--rule" => options with { Rule = value },
                "--timeout-ms" => options with { Timeout = Duration(value, options.Timeout) },
                "--grace-ms" => options with { KillGrace = Duration(value, options.KillGrace) },
                LimitAdded => options with { IsTimeoutAdded = true },
                "--on-failure" => options with { OnFailure = value == "continue" ? HookFailurePolicy.Continue : HookFailurePolicy.Abort },
                "--sha256" => options with { Sha256 = value },
                "--log-level" => options with { Log = options.Log with { Level = ParseLogLevel(value) } },
                "--log-journald" => options with { Log = options.Log with { Journald = true } },
                "--log-stderr" => options with { Log = options.Log with { Stderr = true } },
                "--log-file" when value.Length > 0 => options with { Log = options.Log with { File = value } },
                "--log-trust" => options with { Log = options.Log with { Trust = ParseTrust(value) } },
                "--container-id" => options with { ContainerId = value },
                "--bundle" => options with { Bundle = value },
                "--pid-variable" => options with { PidVariables = [.. options.PidVariables, value] },
                _ => options,
            };
        }

        return options;
    }

    private IReadOnlyList<string>? WithPid(IReadOnlyList<string>? environment, string value) =>
        PidVariables.Count == 0 || environment is null
            ? environment
            : [.. environment.Select(entry => PidVariables.Contains(Name(entry)) ? $"{Name(entry)}={value}" : entry)];

    private static string Name(string variable) => variable[..Math.Max(variable.IndexOf('=', StringComparison.Ordinal), 0)];

    private static string Milliseconds(TimeSpan time) =>
        ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan Duration(string value, TimeSpan otherwise) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : otherwise;

    private static string LogLevelName(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private static TrustPolicy ParseTrust(string name) => name switch
    {
        "warn" => TrustPolicy.Warn,
        "off" => TrustPolicy.Off,
        _ => TrustPolicy.Enforce,
    };

    private static LogLevel ParseLogLevel(string name) => name switch
    {
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
