using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Podman with its own storage on its own private host.</summary>
public sealed class PodmanHost : IAsyncLifetime
{
    public const string Image = "localhost/busybox:test";

    private readonly string[] _program;

    public PodmanHost()
        : this(null)
    {
    }

    /// <param name="suite">The Debian whose Podman to use; null for this machine's.</param>
    internal PodmanHost(string? suite)
    {
        _program = suite is null ? ["podman"] : OtherProgram(suite);
        Rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
        Log = new HookLog(PathTo("log"));
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _ = (await PodmanAsync("import", await BusyboxImage.MakeTarAsync(Host.Root), Image)).EnsureSuccess();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    internal PrivateHost Host { get; } = new();

    internal string Rules { get; }

    internal HookLog Log { get; }

    internal string PathTo(string name) => Path.Combine(Host.Root, name);

    /// <summary>Runs Podman with the wrapper as its runtime.</summary>
    internal Task<CommandResult> PodmanAsync(params IEnumerable<string> arguments) => PodmanAsync([], arguments);

    /// <param name="options">More global options.</param>
    /// <param name="arguments">The command.</param>
    internal Task<CommandResult> PodmanAsync(string[] options, IEnumerable<string> arguments) =>
        Host.RunAsync(CommandLine([.. options, .. arguments]));

    /// <summary>Returns Podman's command line. vfs works on any file system. Without systemd no journal takes logs and events.</summary>
    internal string[] CommandLine(params IEnumerable<string> arguments) =>
        [.. _program, "--runtime", Repository.Wrapper, "--root", PathTo("storage"), "--runroot", PathTo("runroot"), "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file", .. arguments];

    /// <summary>Returns options of run and create. The container has no network, because networks do not concern the runtime.</summary>
    internal string[] RunOptions() =>
        ["--network", "none", "--cgroup-parent", Host.Cgroup, "--log-driver", "k8s-file", "--volume", $"{Log.Mount}:{Log.Mount}"];

    /// <param name="runtime">The low-level runtime that the default settings file names.</param>
    internal async Task ResetAsync(string runtime = "runc")
    {
        _ = (await PodmanAsync("rm", "--all", "--force", "--time", "0")).EnsureSuccess();
        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
        File.WriteAllText(Host.SettingsFile, EngineSettings.Text(runtime, Rules));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>
    /// Returns the command of another Debian's Podman, run from where it is unpacked. It does not start without a network program, although
    /// no test's container has a network.
    /// </summary>
    private string[] OtherProgram(string suite)
    {
        string helpers = Directory.CreateDirectory(PathTo("helpers")).FullName;
        _ = Executable.Copy("/bin/true", Path.Combine(helpers, "netavark"));
        File.WriteAllText(PathTo("containers.conf"), $"[engine]\nhelper_binaries_dir = [\"{helpers}\"]\n");
        return
        [
            "env", $"CONTAINERS_CONF_OVERRIDE={PathTo("containers.conf")}", "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
            Repository.Built($"cache/engines/{suite}/usr/bin/podman", "make systems"),
            "--conmon", Repository.Built($"cache/engines/{suite}/usr/bin/conmon", "make systems"),
        ];
    }
}
