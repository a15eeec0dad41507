using IntegrationTests.Engines.Cri;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// A containerd on its own private host, used with ctr and through its CRI plugin. The installed OciHooks is in its PATH. The plugin is
/// configured as in the example for Kubernetes.
/// </summary>
public sealed class ContainerdDaemon : IAsyncLifetime
{
    public const string Image = "docker.io/library/busybox:test";

    /// <summary>The runtime type of OciHooks.</summary>
    public const string RuntimeType = "io.containerd.hooked.v1";

    /// <summary>The image of pod sandboxes. It sleeps forever.</summary>
    private const string PauseImage = "localhost/pause:test";

    private readonly Func<ContainerdDaemon, Task> _configure;
    private readonly string _engine;

    public ContainerdDaemon()
        : this(EngineSuite.Own, daemon => File.WriteAllTextAsync(daemon.Main, daemon.Configuration()))
    {
    }

    /// <summary>Prepares the containerd of a suite.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="configure">Writes <see cref="Main"/>.</param>
    internal ContainerdDaemon(string suite, Func<ContainerdDaemon, Task> configure)
    {
        _configure = configure;
        _engine = new EngineSuite(suite).Link(PathTo("engine"), "containerd", "containerd-shim-runc-v2", "ctr");
        PathEntries = [Programs, _engine];
        Rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
        Log = new HookLog(PathTo("log"));
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _ = await Installation.MakeAsync(PathTo("usr"));
            await _configure(this);
            await StartAsync();
            string archive = await BusyboxImage.MakeArchiveAsync(Host.Root, [Image, PauseImage], "sleep", "1000000");
            _ = (await CtrAsync("images", "import", archive)).EnsureSuccess();
            _ = (await CtrAsync("--namespace", "k8s.io", "images", "import", archive)).EnsureSuccess();
            using var cri = new CriClient(Socket);
            await Eventually.TrueAsync(
                async () => await cri.HasImageAsync(Image) && await cri.HasImageAsync(PauseImage), "the CRI plugin has seen the images");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    internal PrivateHost Host { get; } = new();

    /// <summary>The directory of the installed OciHooks programs.</summary>
    internal string Programs => PathTo("usr/bin");

    /// <summary>The directories at the start of containerd's PATH.</summary>
    internal IReadOnlyList<string> PathEntries { get; set; }

    /// <summary>More entries for containerd's environment.</summary>
    internal IReadOnlyList<string> Environment { get; set; } = [];

    /// <summary>The path of containerd's configuration file.</summary>
    internal string Main => PathTo("config.toml");

    internal string Rules { get; }

    internal HookLog Log { get; }

    internal string Socket => PathTo("containerd.sock");

    /// <summary>ctr's namespace. containerd names the cgroup after it.</summary>
    private string Namespace => Host.Cgroup[1..];

    internal string PathTo(string name) => Path.Combine(Host.Root, name);

    internal Task<CommandResult> CtrAsync(params IEnumerable<string> arguments) => Host.RunAsync(CommandLine(arguments));

    internal string[] CommandLine(params IEnumerable<string> arguments) =>
        [File.Exists($"{_engine}/ctr") ? $"{_engine}/ctr" : "ctr", "--timeout", "10m", "--address", Socket, "--namespace", Namespace, .. arguments];

    /// <summary>Returns ctr arguments with the wrapper as the runtime. Writes the default settings file.</summary>
    internal string[] RunArguments(string runtime, params IEnumerable<string> arguments)
    {
        UseRuntime(runtime);
        return ["run", "--runc-binary", Repository.Wrapper, .. LogMount, .. arguments];
    }

    /// <summary>Returns ctr arguments for the runtime type of OciHooks. Writes the settings.</summary>
    internal string[] ShimRunArguments(string runtime, params IEnumerable<string> arguments)
    {
        UseRuntime(runtime);
        return ["run", "--runtime", RuntimeType, .. LogMount, .. arguments];
    }

    /// <summary>Writes the default settings file for a low-level runtime.</summary>
    internal void UseRuntime(string runtime) => File.WriteAllText(Host.SettingsFile, EngineSettings.Text(runtime, Rules));

    /// <summary>Stops containerd and starts it again. Containers keep running.</summary>
    internal async Task RestartAsync()
    {
        await Host.StopDaemonAsync(PathTo("containerd.pid"));
        await StartAsync();
    }

    /// <summary>Removes the rules, clears the log, and makes runc the runtime.</summary>
    internal void Reset()
    {
        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
        UseRuntime("runc");
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private string[] LogMount => ["--mount", $"type=bind,src={Log.Mount},dst={Log.Mount},options=rbind:rw"];

    private string Configuration()
    {
        string example = File.ReadAllText(Path.Combine(Repository.Root, "examples/kubernetes/containerd-1.toml"));
        return BasicConfiguration() + example.Replace("/usr/bin/runc-wrap", Path.Combine(Programs, "runc-wrap"), StringComparison.Ordinal);
    }

    /// <summary>Returns the configuration, of version 2, that every containerd needs here. It has no runtimes.</summary>
    internal string BasicConfiguration() => $"""
        version = 2
        root = "{PathTo("containerd")}"
        state = "/run/containerd-test"
        [grpc]
        address = "{Socket}"
        [timeouts]
        "io.containerd.timeout.shim.cleanup" = "10m"
        "io.containerd.timeout.shim.load" = "10m"
        "io.containerd.timeout.shim.shutdown" = "10m"
        "io.containerd.timeout.task.state" = "10m"
        [plugins."io.containerd.grpc.v1.cri"]
        sandbox_image = "{PauseImage}"
        restrict_oom_score_adj = true

        """;

    private async Task StartAsync()
    {
        // systemd does not set PWD either.
        const string Script = "echo $$ >\"$0\"; PATH=$1:$PATH; main=$2; shift 2; unset PWD; exec env \"$@\" containerd --config \"$main\"";
        await Host.StartServerAsync(
            PathTo("containerd.log"),
            async () => (await CtrAsync("version")).ExitCode == 0,
            ["sh", "-c", Script, PathTo("containerd.pid"), string.Join(':', PathEntries), Main, .. Environment]);
        using var cri = new CriClient(Socket);
        await Eventually.TrueAsync(cri.IsInitializedAsync, "the CRI plugin is initialized");
    }
}
