using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>A bundle for one test whose hooks are the recorder's, and a store of its own.</summary>
internal sealed class RecordingBench : IDisposable
{
    /// <summary>A profile that allows all, so that there is a filter.</summary>
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

    public RecordingBench(SeccompHost shared, string runtime = "runc")
    {
        _shared = shared;
        _runtime = runtime;
        _root = Directory.CreateDirectory(Path.Combine(shared.Host.Root, Guid.NewGuid().ToString("N"))).FullName;
        Id = Path.GetFileName(_root);
        Bundle = Directory.CreateDirectory(PathTo($"io.containerd.runtime.v2.task/k8s.io/{Id}")).FullName;
        _ = shared.Host.RunIn(Bundle, runtime, "spec").EnsureSuccess();
        Change(config =>
        {
            config["root"] = new JsonObject { ["path"] = shared.RootFileSystem };
            config["linux"]!["cgroupsPath"] = $"{shared.Host.Cgroup}/{Id}";
            config["linux"]!["seccomp"] = JsonNode.Parse(AllowAll);
            config["process"]!["terminal"] = false;
            Grant(config, s_dockersCapabilities);

            // A process without CAP_SYS_RESOURCE cannot raise what it was started with.
            _ = config["process"]!.AsObject().Remove("rlimits");
            config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = "/tmp", ["type"] = "tmpfs", ["source"] = "tmpfs" });
            config["hooks"] = new JsonObject
            {
                ["createRuntime"] = new JsonArray(Hook("start")),
                ["poststop"] = new JsonArray(Hook("stop")),
            };
        });
    }

    public string Id { get; }

    /// <summary>Where containerd's CRI plugin has its bundles: there annotations tell the image.</summary>
    public string Bundle { get; }

    /// <summary>What the runtime tells hooks.</summary>
    public string State => Run(_runtime, "state", Id).EnsureSuccess().OutputText;

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

    /// <summary>Makes it a container of this image, a reference with a digest.</summary>
    public void SetImage(string image)
    {
        SetAnnotation("io.kubernetes.cri.container-type", "container");
        SetAnnotation("io.kubernetes.cri.image-name", image);
    }

    /// <summary>Takes the recorder's hooks out again, of a stage or all.</summary>
    public void RemoveHooks(string? stage = null) =>
        Change(config => _ = stage is null ? config.AsObject().Remove("hooks") : config["hooks"]!.AsObject().Remove(stage));

    /// <summary>Runs the container to its end.</summary>
    public CommandResult RunContainer(string? runtime = null) => Run(runtime ?? _runtime, "run", Id);

    /// <summary>Has the wrapper enforce what was recorded of an image, by the rule that hookctl writes.</summary>
    public void Enforce(string image)
    {
        UseRules("runc");
        _ = Run(Repository.HookCtl, "seccomp", "enforce", image, "--store", PathTo("store")).EnsureSuccess();
    }

    /// <summary>Runs the container to its end by the wrapper, with the rules of this bench.</summary>
    public CommandResult RunByRules(string runtime)
    {
        UseRules(runtime);
        return Run(Repository.Wrapper, "run", Id);
    }

    /// <summary>Runs the container to its end under strace, whose output goes to a file.</summary>
    public CommandResult RunTraced(string log) =>
        Run("strace", "-f", "--decode-pids=pidns", "--signal=none", "-o", log, _runtime, "run", Id);

    /// <summary>Starts the container, and lets it run.</summary>
    public void StartContainer() =>
        _ = Run("sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>\"$0\"", PathTo("error"), _runtime, "run", "--detach", Id).EnsureSuccess();

    public CommandResult Execute(params string[] commandLine) => Run([_runtime, "exec", Id, .. commandLine]);

    public void Delete() => _ = Run(_runtime, "delete", "--force", Id).EnsureSuccess();

    /// <summary>The names that the program and its maps have in the file system of eBPF objects.</summary>
    public static string Pinned(SeccompHost host) => host.Host.Shell(
        "cd /sys/fs/bpf/ocihooks-seccomp 2>/dev/null || cd /run/ocihooks/seccomp/bpf 2>/dev/null || exit 0; ls -I '*.debug' | xargs")
        .OutputText.Trim();

    /// <summary>Calls the recorder by hand.</summary>
    public CommandResult Recorder(string verb, string input) =>
        _shared.Host.RunWithInput(input, [Repository.SeccompRecorder, verb, "--store", PathTo("store")]);

    public CommandResult Run(params IEnumerable<string> commandLine) =>
        _shared.Host.RunIn(Bundle, commandLine.Select(word => (ByteString)word));

    /// <summary>What was recorded; null if nothing was.</summary>
    public JsonNode? Recording(string? subject = null)
    {
        string file = Path.Combine(PathTo("store"), $"{subject ?? Id}.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllBytes(file)) : null;
    }

    /// <summary>The names of the calls that were recorded.</summary>
    public SortedSet<string> Calls(string architecture = "SCMP_ARCH_X86_64") => new(
        Recording()?["calls"]?[architecture]?.AsObject().Select(call => call.Key) ?? [], StringComparer.Ordinal);

    public void Dispose()
    {
        _ = Run(_runtime, "delete", "--force", Id);
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>Has the wrapper use the rules of this bench, of which there are none yet.</summary>
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
