using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>A bundle for one test with the recorder's hooks, and its own store.</summary>
internal sealed class RecordingBench : IAsyncDisposable
{
    /// <summary>A profile that allows all calls, so that there is a filter.</summary>
    private const string AllowAll = """
        {
          "defaultAction": "SCMP_ACT_ALLOW",
          "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
          "syscalls": [{ "names": ["nfsservctl"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 }]
        }
        """;

    private static readonly string[] s_dockersCapabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    private readonly SeccompHost _shared;
    private readonly string _runtime;
    private readonly string _root;

    private RecordingBench(SeccompHost shared, string runtime)
    {
        _shared = shared;
        _runtime = runtime;
        _root = Directory.CreateDirectory(Path.Combine(shared.Host.Root, Guid.NewGuid().ToString("N"))).FullName;
        Id = Path.GetFileName(_root);
        Bundle = Directory.CreateDirectory(PathTo($"io.containerd.runtime.v2.task/k8s.io/{Id}")).FullName;
    }

    public static async Task<RecordingBench> MakeAsync(SeccompHost shared, string runtime = "runc")
    {
        var bench = new RecordingBench(shared, runtime);
        _ = (await bench.RunAsync(runtime, "spec")).EnsureSuccess();
        bench.Change(config =>
        {
            config["root"] = new JsonObject { ["path"] = shared.RootFileSystem };
            config["linux"]!["cgroupsPath"] = $"{shared.Host.Cgroup}/{bench.Id}";
            config["linux"]!["seccomp"] = JsonNode.Parse(AllowAll);
            config["process"]!["terminal"] = false;
            Grant(config, s_dockersCapabilities);

            // A process without CAP_SYS_RESOURCE cannot raise its limits.
            _ = config["process"]!.AsObject().Remove("rlimits");
            config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = "/tmp", ["type"] = "tmpfs", ["source"] = "tmpfs" });
            config["hooks"] = new JsonObject
            {
                ["createRuntime"] = new JsonArray(bench.Hook("start")),
                ["poststop"] = new JsonArray(bench.Hook("stop")),
            };
        });
        return bench;
    }

    public string Id { get; }

    /// <summary>The bundle, at a path of containerd's CRI plugin. There annotations name the image.</summary>
    public string Bundle { get; }

    /// <summary>Returns the state that the runtime passes to hooks.</summary>
    public async Task<string> StateAsync() => (await RunAsync(_runtime, "state", Id)).EnsureSuccess().OutputText;

    public string PathTo(string name) => Path.Combine(_root, name);

    /// <summary>Changes config.json.</summary>
    public void Change(Action<JsonNode> change)
    {
        string file = Path.Combine(Bundle, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(file))!;
        change(config);
        File.WriteAllText(file, config.ToJsonString());
    }

    public void SetProcess(params string[] commandLine) =>
        Change(config => config["process"]!["args"] = new JsonArray([.. commandLine.Select(word => (JsonNode)word)]));

    public void SetNoNewPrivileges(bool value) => Change(config => config["process"]!["noNewPrivileges"] = value);

    public void SetCapabilities(params string[] more) => Change(config => Grant(config, [.. s_dockersCapabilities, .. more]));

    public void SetSeccomp(JsonNode? profile) => Change(config => config["linux"]!["seccomp"] = profile);

    public void SetAnnotation(string key, string value) => Change(config =>
    {
        config["annotations"] ??= new JsonObject();
        config["annotations"]![key] = value;
    });

    /// <summary>Sets the container's image, a reference with a digest.</summary>
    public void SetImage(string image)
    {
        SetAnnotation("io.kubernetes.cri.container-type", "container");
        SetAnnotation("io.kubernetes.cri.image-name", image);
    }

    /// <summary>Removes the recorder's hooks from one stage or from all.</summary>
    public void RemoveHooks(string? stage = null) =>
        Change(config => _ = stage is null ? config.AsObject().Remove("hooks") : config["hooks"]!.AsObject().Remove(stage));

    /// <summary>Runs the container to its end.</summary>
    public Task<CommandResult> RunContainerAsync(string? runtime = null) => RunAsync(runtime ?? _runtime, "run", Id);

    /// <summary>Makes the wrapper enforce an image's recording, by the rule that hookctl writes.</summary>
    public async Task EnforceAsync(string image)
    {
        UseRules("runc");
        _ = (await RunAsync(Repository.HookCtl, "seccomp", "enforce", image, "--store", PathTo("store"))).EnsureSuccess();
    }

    /// <summary>Runs the container to its end through the wrapper, with the bench's rules.</summary>
    public Task<CommandResult> RunByRulesAsync(string runtime)
    {
        UseRules(runtime);
        return RunAsync(Repository.Wrapper, "run", Id);
    }

    /// <summary>Runs the container to its end under strace, whose output goes to a file.</summary>
    public Task<CommandResult> RunTracedAsync(string log) =>
        RunAsync("strace", "-f", "--decode-pids=pidns", "--signal=none", "-o", log, _runtime, "run", Id);

    /// <summary>Starts the container, and leaves it running.</summary>
    public async Task StartContainerAsync()
    {
        const string Silent = "exec \"$@\" </dev/null >/dev/null 2>\"$0\"";
        _ = (await RunAsync("sh", "-c", Silent, PathTo("error"), _runtime, "run", "--detach", Id)).EnsureSuccess();
    }

    public Task<CommandResult> ExecuteAsync(params string[] commandLine) => RunAsync([_runtime, "exec", Id, .. commandLine]);

    public async Task DeleteAsync() => _ = (await RunAsync(_runtime, "delete", "--force", Id)).EnsureSuccess();

    /// <summary>Returns the names of the program and its maps in the file system of eBPF objects.</summary>
    public static async Task<string> PinnedAsync(SeccompHost host) => (await host.Host.ShellAsync(
        "cd /sys/fs/bpf/ocihooks-seccomp 2>/dev/null || cd /run/ocihooks/seccomp/bpf 2>/dev/null || exit 0; ls -I '*.debug' | xargs"))
        .OutputText.Trim();

    /// <summary>Runs the recorder directly.</summary>
    public Task<CommandResult> RecorderAsync(string verb, string input) =>
        _shared.Host.RunWithInputAsync(input, [Repository.SeccompRecorder, verb, "--store", PathTo("store")]);

    public Task<CommandResult> RunAsync(params IEnumerable<string> commandLine) => _shared.Host.RunInAsync(Bundle, commandLine);

    /// <summary>Returns a recording; null if there is none.</summary>
    public JsonNode? Recording(string? subject = null)
    {
        string file = Path.Combine(PathTo("store"), $"{subject ?? Id}.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllBytes(file)) : null;
    }

    /// <summary>Returns the names of the recorded calls.</summary>
    public SortedSet<string> Calls(string architecture = "SCMP_ARCH_X86_64") => new(
        Recording()?["calls"]?[architecture]?.AsObject().Select(call => call.Key) ?? [], StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _ = await RunAsync(_runtime, "delete", "--force", Id);
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Makes the wrapper use the bench's rules. There are none yet.</summary>
    public void UseRules(string runtime)
    {
        string rules = Directory.CreateDirectory(PathTo("rules/hooks.d")).FullName;
        File.WriteAllText(_shared.Host.SettingsFile, EngineSettings.Text(runtime, rules));
    }

    private static void Grant(JsonNode config, string[] capabilities)
    {
        var sets = new JsonObject();
        foreach (string set in (string[])["bounding", "effective", "permitted"])
        {
            sets[set] = new JsonArray([.. capabilities.Select(name => (JsonNode)name)]);
        }

        config["process"]!["capabilities"] = sets;
    }

    private JsonObject Hook(string verb) => new()
    {
        ["path"] = Repository.SeccompRecorder,
        ["args"] = new JsonArray("seccomp-recorder", verb, "--store", PathTo("store"), "--follow-annotation"),
    };
}
