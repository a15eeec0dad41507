using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using HookCtl.Runs;
using HookEngine;
using HookEngine.Linux;

namespace HookCtl.Doctor;

/// <summary>
/// A container that tells hookctl's version, and whose hook does, too: hookctl is what is there on each machine, and needs no library and
/// no image. All it needs is in a directory of its own: bundle, rule, settings, log, and the runtime's state. Nothing of it is left, also
/// when hookctl is asked to end meanwhile.
/// </summary>
internal sealed class ProbeContainer : IDisposable
{
    private const string Inside = "/hookctl";
    private const string CgroupRoot = "/sys/fs/cgroup";

    private const int Attempts = 20;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly PosixSignal[] s_endings = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly Machine _machine;
    private readonly string _id = "ocihooks-doctor-" + Guid.NewGuid().ToString("N")[..12];
    private readonly string _directory;
    private readonly List<PosixSignalRegistration> _signals = [];
    private volatile int _signal;
    private bool _isCleared;

    /// <summary>Makes the directory.</summary>
    /// <exception cref="OciHooksException">It cannot be made, or filled.</exception>
    internal ProbeContainer(Machine machine)
    {
        _machine = machine;
        foreach (PosixSignal ending in s_endings)
        {
            _signals.Add(PosixSignalRegistration.Create(ending, PutOff));
        }

        _directory = "/run/" + _id;
        MakeDirectory();
        try
        {
            WriteBundle();
            WriteSettings();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new OciHooksException($"{_directory}: a throw-away container cannot be written there: {failure.Message}; make room for it");
        }
    }

    /// <summary>What the container writes.</summary>
    internal static string ExpectedOutput { get; } = OwnVersion();

    /// <summary>Runs the container to its end.</summary>
    internal ProgramEnd Run(TimeSpan limit) => Call(limit, "run", "--bundle", At("bundle"), _id);

    /// <summary>The runs of hooks that were logged.</summary>
    internal IReadOnlyList<HookRun> HookRuns() => [.. new FileRuns(At("log")).Read(new RunQuery())];

    /// <summary>Takes away whatever is left of it.</summary>
    /// <returns>What cannot be taken away.</returns>
    internal IReadOnlyList<string> Clear()
    {
        if (_isCleared)
        {
            return [];
        }

        // It is gone if it ended as it should; else the runtime's own complaint is the one to tell.
        _isCleared = true;
        _ = Call(s_patience, "delete", "--force", _id);
        IEnumerable<string> cgroups = Directory.GetDirectories(CgroupRoot).Append(CgroupRoot)
            .Select(hierarchy => Path.Combine(hierarchy, _id));
        return [.. cgroups.Append(_directory).Where(directory => Directory.Exists(directory) && !Remove(directory))];
    }

    public void Dispose()
    {
        try
        {
            _ = Clear();
        }
        finally
        {
            _signals.ForEach(signal => signal.Dispose());
            if (_signal != 0)
            {
                Environment.Exit(128 + _signal);
            }
        }
    }

    private static string OwnVersion()
    {
        using var own = StreamedProgram.Start(Environment.ProcessPath!, ["--version"]);
        return own.EndWithin(s_patience).Output;
    }

    /// <summary>StreamedProgram ends what runs; then it is cleared away, and hookctl ends as it would have.</summary>
    private void PutOff(PosixSignalContext context)
    {
        context.Cancel = true;
        _signal = context.Signal switch
        {
            PosixSignal.SIGHUP => Libc.SIGHUP,
            PosixSignal.SIGINT => Libc.SIGINT,
            PosixSignal.SIGQUIT => Libc.SIGQUIT,
            _ => Libc.SIGTERM,
        };
    }

    private ProgramEnd Call(TimeSpan limit, params string[] arguments)
    {
        using var runtime = StreamedProgram.Start(
            _machine.Wrapper.ToString(), ["--wrap-config", At("settings.json"), "--root", At("state"), .. arguments]);
        return runtime.EndWithin(limit);
    }

    private string At(string name) => Path.Combine(_directory, name);

    private void WriteSettings()
    {
        _ = Directory.CreateDirectory(At("hooks.d"));
        Write("hooks.d/probe.json", new JsonObject
        {
            ["version"] = "1.0.0",
            ["hook"] = new JsonObject
            {
                ["path"] = Environment.ProcessPath,
                ["args"] = new JsonArray("hookctl", "--version"),
            },
            ["when"] = new JsonObject { ["always"] = true },
            ["stages"] = new JsonArray("createRuntime"),
        });
        Write("settings.json", new JsonObject
        {
            ["runtime"] = new JsonArray([.. _machine.Settings.Runtime.Select(runtime => (JsonNode)runtime)]),
            ["hooksDirs"] = new JsonArray(At("hooks.d")),
            ["log"] = new JsonObject { ["journald"] = false, ["file"] = At("log") },
        });
    }

    private void WriteBundle()
    {
        _ = Directory.CreateDirectory(At("bundle/rootfs/proc"));
        _ = Directory.CreateDirectory(At("bundle/rootfs/dev"));
        File.WriteAllText(At("bundle/rootfs" + Inside), "");
        Write("bundle/config.json", new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
                ["args"] = new JsonArray(Inside, "--version"),
                ["env"] = new JsonArray("PATH=/"),
                ["cwd"] = "/",
                ["noNewPrivileges"] = true,
            },
            ["root"] = new JsonObject { ["path"] = "rootfs", ["readonly"] = true },
            ["mounts"] = new JsonArray(
                new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" },
                new JsonObject { ["destination"] = "/dev", ["type"] = "tmpfs", ["source"] = "tmpfs" },
                new JsonObject
                {
                    ["destination"] = Inside,
                    ["type"] = "bind",
                    ["source"] = Environment.ProcessPath,
                    ["options"] = new JsonArray("bind", "ro"),
                }),
            ["linux"] = new JsonObject
            {
                ["cgroupsPath"] = "/" + _id,
                ["namespaces"] = new JsonArray([.. Namespaces("pid", "mount", "ipc", "uts")]),
            },
        });
    }

    private static IEnumerable<JsonNode> Namespaces(params string[] types) => types.Select(type => new JsonObject { ["type"] = type });

    private void Write(string name, JsonObject content) => File.WriteAllText(At(name), content.ToJsonString());

    /// <summary>
    /// Removes a directory. A cgroup, which a runtime that was killed leaves, is removed as if it were empty, but only a moment after its
    /// last process has died; crun makes a directory like one where no cgroups are mounted.
    /// </summary>
    private static bool Remove(string directory)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (IsRemoved(directory, recursive: false) || IsRemoved(directory, recursive: true))
            {
                return true;
            }

            Thread.Sleep(s_pause);
        }

        return false;
    }

    private static bool IsRemoved(string directory, bool recursive)
    {
        try
        {
            Directory.Delete(directory, recursive);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(directory);
        }
    }

    private void MakeDirectory()
    {
        if (OwnDirectory.MakeNew(new FilePath(_directory)) is { } problem)
        {
            throw new OciHooksException($"{_directory}: {problem.Text}; make room for it, or remove it");
        }
    }
}
