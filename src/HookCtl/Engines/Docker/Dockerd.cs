using System.Text.Json;
using HookCtl.Files;
using HookCtl.Processes;
using Linux;

namespace HookCtl.Engines.Docker;

/// <summary>What a dockerd uses: its command line and its file together, of one that runs or of the one that systemd would start.</summary>
internal sealed class Dockerd
{
    /// <summary>The file that it reads unless it is told otherwise, dockerd(8).</summary>
    internal const string DefaultFile = "/etc/docker/daemon.json";

    private readonly JsonElement? _settings;

    private Dockerd(int? pid, DockerdCommandLine commandLine, EngineFiles files)
    {
        Pid = pid;
        CommandLine = commandLine;
        ConfigFile = commandLine.Path("--config-file") ?? DefaultFile;
        _settings = Settings(files, ConfigFile);
        DataRoot = commandLine.Path("--data-root") ?? commandLine.Path("-g") ?? PathIn(_settings, ConfigFile, "data-root") ?? "/var/lib/docker";
        ExecRoot = commandLine.Path("--exec-root") ?? PathIn(_settings, ConfigFile, "exec-root") ?? "/run/docker";
        Host = commandLine.Values("--host", "-H").Concat(EngineFiles.Strings(_settings, "hosts"))
            .FirstOrDefault(host => host.StartsWith("unix://", StringComparison.Ordinal));
    }

    /// <summary>Its process; null if it does not run.</summary>
    internal int? Pid { get; }

    /// <summary>What it was started with, or would be.</summary>
    internal DockerdCommandLine CommandLine { get; }

    /// <summary>The file that it reads.</summary>
    internal string ConfigFile { get; }

    /// <summary>Where it keeps images and containers.</summary>
    internal string DataRoot { get; }

    /// <summary>Where it keeps the state of what runs.</summary>
    internal string ExecRoot { get; }

    /// <summary>The first socket that it listens at, <c>unix://PATH</c>; null for the one that clients know.</summary>
    internal string? Host { get; }

    /// <summary>The machine's dockerd, where this one is neither that nor runs; else null.</summary>
    internal Dockerd? Instead { get; private init; }

    /// <summary>The one that reads a file, if it runs or would be started; else one that would run with it.</summary>
    /// <param name="files">The machine's files.</param>
    /// <param name="configFile">The file; null for whichever the machine's dockerd reads.</param>
    /// <param name="token">Ends the wait for systemd.</param>
    internal static async Task<Dockerd> OfAsync(EngineFiles files, string? configFile, CancellationToken token)
    {
        string? file = configFile is null ? null : Path.GetFullPath(configFile);
        string usual = file ?? DefaultFile;
        string pidFile = PathIn(Settings(files, usual), usual, "pidfile") ?? DockerdProcesses.DefaultPidFile;
        List<Dockerd> running = files.IsHostRoot
            ? [.. DockerdProcesses.Find(pidFile).Select(found => new Dockerd(found.Pid, found.CommandLine, files))]
            : [];
        Dockerd machines = running.Find(daemon => file is null || daemon.ConfigFile == file)
            ?? running.FirstOrDefault()
            ?? new Dockerd(null, files.IsHostRoot ? await DockerdUnit.CommandLineAsync(token) : DockerdCommandLine.None, files);
        return file is null || machines.ConfigFile == file
            ? machines
            : new Dockerd(null, new DockerdCommandLine(["--config-file", file], "/"), files) { Instead = machines };
    }

    /// <summary>Its data's directories: with user namespaces, containers are one directory deeper.</summary>
    internal IEnumerable<string> DataRoots(EngineFiles files) => files.Directories(DataRoot)
        .Where(name => char.IsAsciiDigit(name[0])).Select(name => $"{DataRoot}/{name}").Prepend(DataRoot);

    /// <summary>What its client is to be told to reach it.</summary>
    internal string[] ClientOptions => Host is null ? [] : ["--host", Host];

    /// <summary>As <see cref="DataRoots"/>, and what it says itself: its file may have been changed since it was started.</summary>
    internal async Task<IEnumerable<string>> DataRootsInUseAsync(EngineFiles files, CancellationToken token)
    {
        ProgramResult? told = Pid is null ? null
            : await ExternalProgram.RunAsync("docker", [.. ClientOptions, "info", "--format", "{{.DockerRootDir}}"], token);
        string shown = told is { ExitCode: 0 } ? told.Output : "";
        return DataRoots(files).Union(shown.StartsWith('/') ? [shown] : []);
    }

    /// <summary>A path that a file's settings have; null if they have none.</summary>
    /// <exception cref="OciHooksException">It is one that no file can have.</exception>
    private static string? PathIn(JsonElement? settings, string file, string key) => EngineFiles.String(settings, key) is not { } path ? null
        : !path.Contains('\0', StringComparison.Ordinal) ? path
        : throw new OciHooksException($"{file}: {key}: has the character U+0000, which no path can have; it is left as it is: fix it there");

    /// <summary>A file's settings. Comments, which dockerd does not take, hide nothing of the rest.</summary>
    private static JsonElement? Settings(EngineFiles files, string path) => files.Json(path, JsonCommentHandling.Skip);
}
