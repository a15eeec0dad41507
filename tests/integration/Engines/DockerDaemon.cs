using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// A dockerd with its own state on its own private host. The runtime "hooked" is the wrapper, registered as an administrator does, with the
/// default settings file. "hooked-crun" names another settings file by runtimeArgs, for which Docker writes a script.
/// </summary>
public sealed class DockerDaemon : IAsyncLifetime
{
    public const string Image = "busybox:test";

    /// <summary>crun without the wrapper, for comparison.</summary>
    public const string BareCrun = "bare-crun";

    /// <summary>The wrapper, with the container's variable ANNOTATION as an annotation. Docker has annotations only since 25.</summary>
    public const string Annotating = "hooked-annotating";

    private const string Annotate = """
        #!/bin/sh
        for word; do
            if [ "$previous" = --bundle ]; then bundle=$word; fi
            previous=$word
        done
        if [ -n "$bundle" ]; then
            jq -c '(.process.env[] | select(startswith("ANNOTATION=")) | split("=")) as $pair | .annotations[$pair[1]] = $pair[2]' \
                "$bundle/config.json" >"$bundle/annotated.json"
            mv "$bundle/annotated.json" "$bundle/config.json"
        fi
        exec RUNTIME "$@"
        """;

    public DockerDaemon()
    {
        Rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
        Log = new HookLog(PathTo("log"));
        File.WriteAllText(PathTo("crun.json"), EngineSettings.Text("crun", Rules));
        _ = Executable.Write(PathTo("annotating"), Annotate.Replace("RUNTIME", Repository.Wrapper, StringComparison.Ordinal));
        Configure();
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
            _ = (await DockerAsync("import", await BusyboxImage.MakeTarAsync(Host.Root), Image)).EnsureSuccess();
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

    internal Task<CommandResult> DockerAsync(params IEnumerable<string> arguments) => Host.RunAsync(CommandLine(arguments));

    internal Task<CommandResult> DockerWithInputAsync(string input, params IEnumerable<string> arguments) =>
        Host.RunWithInputAsync(input, CommandLine(arguments));

    internal Task<CommandResult> DockerOnTerminalAsync(string typed, params IEnumerable<string> arguments) =>
        Host.RunOnTerminalAsync(typed, CommandLine(arguments));

    /// <summary>Runs a new container in which hooks can write their log.</summary>
    internal Task<CommandResult> DockerRunAsync(string runtime, params IEnumerable<string> arguments) =>
        DockerAsync(["run", .. RunOptions(runtime), .. arguments]);

    internal string[] RunOptions(string runtime) => ["--runtime", runtime, "--volume", $"{Log.Mount}:{Log.Mount}"];

    /// <summary>Starts a container that keeps running. Returns its full ID.</summary>
    internal async Task<string> DockerRunDetachedAsync(string runtime, params IEnumerable<string> arguments)
    {
        CommandResult result = (await DockerRunAsync(runtime, ["--detach", .. arguments])).EnsureSuccess();
        Assert.Equal("", result.ErrorText);
        return result.OutputText.Trim();
    }

    /// <summary>Returns a client's command line. It ignores the user's own client configuration.</summary>
    internal string[] CommandLine(params IEnumerable<string> arguments) =>
        ["docker", "--config", PathTo("client"), "--host", $"unix://{PathTo("docker.sock")}", .. arguments];

    /// <summary>Returns a detail of a container, selected by a Go template.</summary>
    internal async Task<string> InspectAsync(string id, string template) =>
        (await DockerAsync("inspect", "--format", template, id)).EnsureSuccess().OutputText.Trim();

    internal Task AwaitExitAsync(string id) => Eventually.EqualAsync("exited", () => InspectAsync(id, "{{.State.Status}}"));

    /// <summary>Removes the containers, the rules and the log, and restores the settings.</summary>
    internal async Task ResetAsync()
    {
        string listed = (await DockerAsync("ps", "--all", "--quiet")).EnsureSuccess().OutputText;
        string[] containers = listed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (containers.Length > 0)
        {
            _ = (await DockerAsync(["rm", "--force", "--volumes", .. containers])).EnsureSuccess();
        }

        foreach (string rule in Directory.GetFiles(Rules))
        {
            File.Delete(rule);
        }

        Log.Clear();
        File.WriteAllText(Host.SettingsFile, EngineSettings.Text("runc", Rules));
    }

    internal void WriteRule(string name, string text) => File.WriteAllText(Path.Combine(Rules, name), text);

    /// <summary>Writes daemon.json.</summary>
    /// <param name="defaultRuntime">The default runtime.</param>
    /// <param name="moreRuntimes">More names to register the wrapper under.</param>
    internal void Configure(string defaultRuntime = "runc", params string[] moreRuntimes)
    {
        var runtimes = new JsonObject
        {
            ["hooked"] = new JsonObject { ["path"] = Repository.Wrapper },
            [BareCrun] = new JsonObject { ["path"] = "/usr/bin/crun" },
            [Annotating] = new JsonObject { ["path"] = PathTo("annotating") },
            ["hooked-crun"] = new JsonObject
            {
                ["path"] = Repository.Wrapper,
                ["runtimeArgs"] = new JsonArray("--wrap-config", PathTo("crun.json")),
            },
        };
        foreach (string name in moreRuntimes)
        {
            runtimes[name] = new JsonObject { ["path"] = Repository.Wrapper };
        }

        // The network namespace has its own iptables, so the bridge and the rules are as on any machine.
        var config = new JsonObject
        {
            ["data-root"] = PathTo("data"),
            ["exec-root"] = PathTo("exec"),
            ["pidfile"] = PathTo("docker.pid"),
            ["hosts"] = new JsonArray($"unix://{PathTo("docker.sock")}"),
            ["exec-opts"] = new JsonArray("native.cgroupdriver=cgroupfs"),
            ["cgroup-parent"] = Host.Cgroup,
            ["live-restore"] = true,
            ["default-runtime"] = defaultRuntime,
            ["runtimes"] = runtimes,
        };
        File.WriteAllText(PathTo("daemon.json"), config.ToJsonString());
    }

    /// <summary>Makes the daemon read its configuration again.</summary>
    internal async Task ReloadAsync() =>
        _ = (await Host.ShellAsync("kill -HUP $(cat \"$1\")", PathTo("docker.pid"))).EnsureSuccess();

    /// <summary>Stops the daemon and starts it again. Containers keep running.</summary>
    internal async Task RestartAsync()
    {
        await Host.StopDaemonAsync(PathTo("docker.pid"));
        await StartAsync();
    }

    internal string BundleOf(string id) => PathTo($"exec/containerd/daemon/io.containerd.runtime.v2.task/moby/{id}");

    /// <summary>Returns the config.json of a container's bundle.</summary>
    internal JsonElement BundleConfig(string id) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(BundleOf(id), "config.json"))).RootElement;

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private Task StartAsync() => Host.StartServerAsync(
        PathTo("dockerd.log"), async () => (await DockerAsync("version")).ExitCode == 0, "dockerd", "--config-file", PathTo("daemon.json"));
}
