using Linux;

namespace HookEngine.Model;

/// <summary>The administrator's settings, ocihooks.json(5).</summary>
public sealed record WrapperSettings
{
    /// <summary>Where they are unless <c>--wrap-config</c> names another file.</summary>
    public const string DefaultPath = "/etc/ocihooks/config.json";

    /// <summary>
    /// <c>runtime</c>: the low-level runtime, the first that exists of these names and absolute paths.
    /// </summary>
    public IReadOnlyList<string> Runtime { get; init; } = ["runc", "crun"];

    /// <summary><c>hooksDirs</c>: the rules' directories in increasing precedence; the first two are shared with Podman and CRI-O.</summary>
    public IReadOnlyList<FilePath> HooksDirs { get; init; } =
    [
        new FilePath("/usr/share/containers/oci/hooks.d"),
        new FilePath("/etc/containers/oci/hooks.d"),
        new FilePath("/usr/share/ocihooks/hooks.d"),
        new FilePath("/etc/ocihooks/hooks.d"),
    ];

    /// <summary><c>cdiSpecDirs</c>: the directories of the files that describe CDI devices, in increasing precedence.</summary>
    public IReadOnlyList<FilePath> CdiSpecDirs { get; init; } = [new FilePath("/etc/cdi"), new FilePath("/var/run/cdi")];

    /// <summary><c>onMissingHook</c>: what a rule is whose program does not exist.</summary>
    public MissingHook OnMissingHook { get; init; } = MissingHook.Skip;

    /// <summary><c>trust</c>: what becomes of rules and hooks that others than root may change.</summary>
    public TrustPolicy Trust { get; init; } = TrustPolicy.Enforce;

    /// <summary><c>allowedHookDirs</c>: the directories that hooks must be in, or below; empty for any.</summary>
    public IReadOnlyList<FilePath> AllowedHookDirs { get; init; } = [];

    /// <summary><c>supervise</c>, <c>hookTimeout</c> and the like: how hooks are watched while they run.</summary>
    public SupervisionSettings Supervision { get; init; } = new();

    /// <summary><c>log</c>: where it is told what was injected, and what the hooks did.</summary>
    public LogSettings Log { get; init; } = new();
}

/// <summary>The <c>log</c> section: each place that is named gets every event.</summary>
public sealed record LogSettings
{
    /// <summary><c>log.journald</c>: to systemd-journald, where it runs.</summary>
    public bool Journald { get; init; } = true;

    /// <summary><c>log.file</c>: to this file, one line of JSON an event.</summary>
    public string? File { get; init; }

    /// <summary><c>log.stderr</c>: to standard error, which Docker shows as the container's own.</summary>
    public bool Stderr { get; init; }

    /// <summary><c>log.level</c>: the least that is logged.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary><see cref="WrapperSettings.Trust"/>, for <see cref="File"/>.</summary>
    public TrustPolicy Trust { get; init; } = TrustPolicy.Enforce;
}

/// <summary>How much a log event matters.</summary>
public enum LogLevel
{
    /// <summary>Everything: creates that inject nothing, and the start of each hook, too.</summary>
    Debug,

    /// <summary>What was injected, and hooks that ran.</summary>
    Information,

    /// <summary>What is probably not meant to be as it is.</summary>
    Warning,

    /// <summary>What failed.</summary>
    Error,
}
