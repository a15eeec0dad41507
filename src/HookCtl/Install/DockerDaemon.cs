using System.Globalization;
using System.Text.Json;
using HookEngine.Linux;

namespace HookCtl.Install;

/// <summary>A running dockerd: it is found by its pidfile, and asked with docker's client.</summary>
internal sealed class DockerDaemon
{
    private const string DefaultFile = "/etc/docker/daemon.json";
    private const string DefaultPidFile = "/var/run/docker.pid";
    private const string DefaultDataRoot = "/var/lib/docker";
    private const string Unit = "docker.service";
    private const int Hangup = 1;
    private static readonly TimeSpan s_reloadLimit = TimeSpan.FromSeconds(10);

    private readonly string[] _client;
    private readonly string[] _commandLine;

    /// <param name="config">daemon.json, which dockerd takes, comments aside.</param>
    internal DockerDaemon(byte[]? config)
    {
        using JsonDocument? parsed = config is null || config.AsSpan().Trim(" \t\r\n"u8).IsEmpty
            ? null
            : JsonDocument.Parse(config, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        JsonElement root = parsed?.RootElement ?? default;
        Pid = RunningDaemon(Text(root, "pidfile") ?? DefaultPidFile);
        _commandLine = Pid is { } pid ? File.ReadAllText($"/proc/{pid}/cmdline").Split('\0') : [];
        ConfigFile = Flag("--config-file") ?? DefaultFile;
        DataRoot = Flag("--data-root") ?? Flag("-g") ?? Text(root, "data-root") ?? DefaultDataRoot;
        IEnumerable<string> hosts = Member(root, "hosts") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(entry => entry.ValueKind == JsonValueKind.String).Select(entry => entry.GetString()!)
            : [];
        string? host = hosts.Append(Flag("--host") ?? Flag("-H") ?? "")
            .FirstOrDefault(entry => entry.StartsWith("unix://", StringComparison.Ordinal));
        _client = host is null ? [] : ["--host", host];
    }

    /// <summary>Its process; null if it does not run.</summary>
    internal int? Pid { get; }

    /// <summary>The file that it reads.</summary>
    internal string ConfigFile { get; }

    /// <summary>Where it keeps its containers.</summary>
    internal string DataRoot { get; }

    /// <summary>
    /// A flag that it was started with and that the file would contradict: with both it reloads nothing, and starts no more.
    /// </summary>
    internal string? ConflictingFlag(bool makeDefault) =>
        Array.Find(_commandLine, word => Is(word, "--add-runtime") || (makeDefault && Is(word, "--default-runtime")));

    /// <summary>Makes it read its file again, and waits until it shows so.</summary>
    /// <param name="name">The runtime.</param>
    /// <param name="isRegistered">Whether it is to be shown.</param>
    /// <param name="defaultRuntime">The default runtime that is to be shown; null for any.</param>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Reload(string name, bool isRegistered, string? defaultRuntime)
    {
        if (!ReloadBySystemd())
        {
            _ = Libc.kill(Pid!.Value, Hangup);
        }

        long deadline = Environment.TickCount64 + (long)s_reloadLimit.TotalMilliseconds;
        string? wrong;
        while ((wrong = Wrong(name, isRegistered, defaultRuntime)) is not null && Environment.TickCount64 < deadline)
        {
            Thread.Sleep(100);
        }

        return wrong;
    }

    /// <summary>systemd knows what its unit needs for a reload, if the unit is this daemon's; sd_booted(3).</summary>
    private bool ReloadBySystemd() =>
        Directory.Exists("/run/systemd/system")
        && ExternalProgram.Run("systemctl", "show", "--property", "MainPID", "--value", Unit) is { ExitCode: 0 } main
        && int.TryParse(main.Output.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
        && pid == Pid
        && ExternalProgram.Run("systemctl", "reload", Unit) is { ExitCode: 0 };

    private string? Wrong(string name, bool isRegistered, string? defaultRuntime)
    {
        ExternalProgram? info = ExternalProgram.Run(
            "docker", [.. _client, "info", "--format", "{{json .Runtimes}}\n{{json .DefaultRuntime}}"]);
        if (info is null)
        {
            return "docker's client is not there to ask whether dockerd has reloaded; see its log";
        }

        string[] lines = info.Output.Split('\n');
        if (info.ExitCode != 0 || lines.Length < 2)
        {
            return $"docker info fails: {info.LastWords}";
        }

        using var runtimes = JsonDocument.Parse(lines[0]);
        using var byDefault = JsonDocument.Parse(lines[1]);
        bool isShown = Member(runtimes.RootElement, name) is not null;
        string? shownDefault = byDefault.RootElement.GetString();
        return isShown != isRegistered
            ? $"dockerd still {(isShown ? "shows" : "does not show")} the runtime {name}; see its log, and restart it"
            : defaultRuntime is not null && shownDefault != defaultRuntime
                ? $"dockerd's default runtime is still {shownDefault}; see its log, and restart it"
                : null;
    }

    private string? Flag(string flag)
    {
        int index = Array.FindIndex(_commandLine, word => Is(word, flag));
        return index < 0 ? null
            : _commandLine[index].Length > flag.Length ? _commandLine[index][(flag.Length + 1)..]
            : _commandLine.ElementAtOrDefault(index + 1);
    }

    private static bool Is(string word, string flag) => word == flag || word.StartsWith(flag + "=", StringComparison.Ordinal);

    private static JsonElement? Member(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) ? value : null;

    private static string? Text(JsonElement element, string key) =>
        Member(element, key) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A pidfile may outlive its daemon, and the number be another's.</summary>
    private static int? RunningDaemon(string pidFile)
    {
        try
        {
            return int.TryParse(File.ReadAllText(pidFile).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && File.ReadAllText($"/proc/{pid}/comm").Trim() == "dockerd" ? pid : null;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
