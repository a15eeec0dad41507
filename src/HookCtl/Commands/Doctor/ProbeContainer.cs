using System.Text.Json.Nodes;
using HookCtl.Processes;
using HookCtl.Runs;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>
/// A container that tells hookctl's version, and whose hook does, too: hookctl is what is there on each machine, and needs no library and
/// no image. All it needs is in a directory of its own: bundle, rule, settings, log, and the runtime's state. Nothing of it is left, also
/// when hookctl is asked to end meanwhile.
/// </summary>
internal sealed class ProbeContainer : IAsyncDisposable
{
    private const string Inside = "/hookctl";
    private const string CgroupRoot = "/sys/fs/cgroup";

    private const int Attempts = 20;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Machine _machine;
    private readonly string _id = "ocihooks-doctor-" + Guid.NewGuid().ToString("N")[..12];
    private readonly string _directory;
    private readonly TerminationDelay _delay = new();
    private bool _isCleared;

    private ProbeContainer(Machine machine)
    {
        _machine = machine;
        _directory = "/run/" + _id;
    }

    /// <summary>Makes what it needs. From here on hookctl ends no earlier than when all of it is gone.</summary>
    /// <exception cref="OciHooksException">The directory cannot be made, or filled.</exception>
    internal static async Task<ProbeContainer> MakeAsync(Machine machine)
    {
        var container = new ProbeContainer(machine);
        try
        {
            container.MakeDirectory();
            container.WriteBundle();
            container.WriteSettings();
            return container;
        }
        catch (OciHooksException)
        {
            await container.DisposeAsync();
            throw;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await container.DisposeAsync();
            throw new OciHooksException(
                $"{container._directory}: a throw-away container cannot be written there: {failure.Message}; make room for it");
        }
    }

    /// <summary>What the container writes, if all is well: hookctl's version.</summary>
    internal static async Task<string> WrapperVersionAsync(Machine machine) =>
        (await machine.RunAsync(Environment.ProcessPath!, "--version")).Output;

    /// <summary>Runs the container to its end.</summary>
    internal Task<ProgramResult> RunAsync(TimeSpan timeout) => CallAsync(timeout, _machine.Token, "run", "--bundle", At("bundle"), _id);

    /// <summary>The runs of hooks that were logged.</summary>
    internal async Task<IReadOnlyList<HookRun>> HookRunsAsync() =>
        await new FileRuns(At("log")).ReadAsync(new RunQuery(), _machine.Token).ToListAsync(_machine.Token);

    /// <summary>Takes away whatever is left of it.</summary>
    /// <returns>What cannot be taken away.</returns>
    internal async Task<IReadOnlyList<string>> ClearAsync()
    {
        if (_isCleared || !Directory.Exists(_directory))
        {
            return [];
        }

        // It is gone if it ended as it should; else the runtime's own complaint is the one to tell.
        _isCleared = true;
        _ = await CallAsync(s_timeout, CancellationToken.None, "delete", "--force", _id);
        IEnumerable<string> cgroups = Directory.GetDirectories(CgroupRoot).Append(CgroupRoot)
            .Select(hierarchy => Path.Combine(hierarchy, _id));
        List<string> left = [];
        foreach (string directory in cgroups.Append(_directory).Where(Directory.Exists))
        {
            if (!await RemoveAsync(directory))
            {
                left.Add(directory);
            }
        }

        return left;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _ = await ClearAsync();
        }
        finally
        {
            _delay.Dispose();
        }
    }

    private async Task<ProgramResult> CallAsync(TimeSpan timeout, CancellationToken token, params string[] arguments)
    {
        string[] options = ["--wrap-config", At("settings.json"), "--root", At("state")];
        return (await ExternalProgram.RunAsync(_machine.Wrapper.ToString(), [.. options, .. arguments], timeout, token)).EnsureStarted();
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
    private static async Task<bool> RemoveAsync(string directory)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (IsRemoved(directory, recursive: false) || IsRemoved(directory, recursive: true))
            {
                return true;
            }

            await Task.Delay(s_pause);
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
        if (StateDirectory.MakeNew(new FilePath(_directory)) is { } problem)
        {
            throw new OciHooksException($"{_directory}: {problem.Text}; make room for it, or remove it");
        }
    }
}
