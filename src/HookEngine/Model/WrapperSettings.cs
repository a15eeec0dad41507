using Linux;

namespace HookEngine.Model;

/// <summary>The administrator's settings, ocihooks.json(5).</summary>
public sealed record WrapperSettings
{
    /// <summary>The path of the settings file unless <c>--wrap-config</c> names another.</summary>
    public const string DefaultPath = "/etc/ocihooks/config.json";

    /// <summary><c>runtime</c>: the low-level runtime, the first of these names and absolute paths that exists.</summary>
    public IReadOnlyList<string> Runtime { get; init; } = ["runc", "crun"];

    /// <summary><c>hooksDirs</c>: the rules' directories in increasing precedence. Podman and CRI-O share the first two.</summary>
    public IReadOnlyList<FilePath> HooksDirs { get; init; } =
    [
        new FilePath("/usr/share/containers/oci/hooks.d"),
        new FilePath("/etc/containers/oci/hooks.d"),
        new FilePath("/usr/share/ocihooks/hooks.d"),
        new FilePath("/etc/ocihooks/hooks.d"),
    ];

    /// <summary><c>cdiSpecDirs</c>: the directories of the files that describe CDI devices, in increasing precedence.</summary>
    public IReadOnlyList<FilePath> CdiSpecDirs { get; init; } = [new FilePath("/etc/cdi"), new FilePath("/var/run/cdi")];

    /// <summary><c>onMissingHook</c>: what to do about a rule whose program does not exist.</summary>
    public MissingHook OnMissingHook { get; init; } = MissingHook.Skip;

    /// <summary><c>trust</c>: what to do about rules and hooks that users other than root may change.</summary>
    public TrustPolicy Trust { get; init; } = TrustPolicy.Enforce;

    /// <summary><c>allowedHookDirs</c>: the directories that hooks must be in or below; empty for any.</summary>
    public IReadOnlyList<FilePath> AllowedHookDirs { get; init; } = [];

    /// <summary><c>supervise</c>, <c>hookTimeout</c> and others: how hooks are run under a supervisor.</summary>
    public SupervisionSettings Supervision { get; init; } = new();

    /// <summary><c>log</c>: where to log what was injected and what the hooks did.</summary>
    public LogSettings Log { get; init; } = new();
}

/// <summary>The <c>log</c> section. Every event is written to each configured destination.</summary>
public sealed record LogSettings
{
    /// <summary><c>log.journald</c>: whether to log to systemd-journald, if it is running.</summary>
    public bool Journald { get; init; } = true;

    /// <summary><c>log.file</c>: the file to log to, one line of JSON per event.</summary>
    public string? File { get; init; }

    /// <summary><c>log.stderr</c>: whether to log to standard error, which Docker shows as the container's.</summary>
    public bool Stderr { get; init; }

    /// <summary><c>log.level</c>: the lowest level that is logged.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary><see cref="WrapperSettings.Trust"/>, applied to <see cref="File"/>.</summary>
    public TrustPolicy Trust { get; init; } = TrustPolicy.Enforce;
}

/// <summary>The importance of a log event.</summary>
public enum LogLevel
{
    /// <summary>Everything, including creates that inject nothing, and the start of each hook.</summary>
    Debug,

    /// <summary>What was injected, and hooks that ran.</summary>
    Information,

    /// <summary>Something that is probably not intended.</summary>
    Warning,

    /// <summary>A failure.</summary>
    Error,
}
