using System.Globalization;
using System.Text.Json;
using HookCtl.Files;
using HookCtl.Processes;
using Linux;

namespace HookCtl.Engines.Docker;

/// <summary>Makes a running dockerd read its file again, and sees whether it has.</summary>
internal static class DockerdReload
{
    private const int Hangup = 1;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes it read its file again, and waits until it shows so.</summary>
    /// <param name="daemon">The daemon, which runs.</param>
    /// <param name="name">The runtime.</param>
    /// <param name="isRegistered">Whether it is to be shown.</param>
    /// <param name="defaultRuntime">The default runtime that is to be shown; null for any.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Null, or what is wrong.</returns>
    internal static async Task<string?> MakeAsync(
        Dockerd daemon, string name, bool isRegistered, string? defaultRuntime, CancellationToken token)
    {
        if (!await BySystemdAsync(daemon.Pid!.Value, token))
        {
            _ = Libc.kill(daemon.Pid.Value, Hangup);
        }

        long deadline = Environment.TickCount64 + (long)s_limit.TotalMilliseconds;
        string? wrong;
        while ((wrong = await WrongAsync(daemon, name, isRegistered, defaultRuntime, token)) is not null && Environment.TickCount64 < deadline)
        {
            await Task.Delay(s_pause, token);
        }

        return wrong;
    }

    /// <summary>systemd knows what its unit needs for a reload, if the unit is this daemon's.</summary>
    private static async Task<bool> BySystemdAsync(int daemon, CancellationToken token) =>
        DockerdUnit.HasSystemd
        && await ExternalProgram.RunAsync("systemctl", ["show", "--property", "MainPID", "--value", DockerdUnit.Name], token) is { ExitCode: 0 } main
        && int.TryParse(main.Output, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
        && pid == daemon
        && await ExternalProgram.RunAsync("systemctl", ["reload", DockerdUnit.Name], token) is { ExitCode: 0 };

    private static async Task<string?> WrongAsync(
        Dockerd daemon, string name, bool isRegistered, string? defaultRuntime, CancellationToken token)
    {
        ProgramResult info = await ExternalProgram.RunAsync("docker", [.. daemon.ClientOptions, "info", "--format", "{{json .}}"], token);
        if (info.ExitCode is null)
        {
            return $"whether dockerd has reloaded could not be asked: {info.Failure}; see dockerd's log";
        }

        if (info.ExitCode != 0 || EngineJson.Parse(info.Output) is not { ValueKind: JsonValueKind.Object } told)
        {
            return $"docker info fails: {info.LastLines(1)}";
        }

        bool isShown = told.TryGetProperty("Runtimes", out JsonElement runtimes)
            && runtimes.ValueKind == JsonValueKind.Object && runtimes.TryGetProperty(name, out _);
        string? shownDefault = EngineFiles.String(told, "DefaultRuntime");
        return isShown != isRegistered
            ? $"dockerd still {(isShown ? "shows" : "does not show")} the runtime {name}; see its log, and restart it"
            : defaultRuntime is not null && shownDefault != defaultRuntime
                ? $"dockerd's default runtime is still {shownDefault}; see its log, and restart it"
                : null;
    }
}
