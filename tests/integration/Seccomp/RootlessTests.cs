using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Containers of a user without root, who may not load eBPF programs, are recorded by notification.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RootlessTests : IDisposable
{
    private const int User = 1500;

    /// <summary>A user with a home and other users' numbers to give to containers, and the programs where he may reach them.</summary>
    private const string MakeUser = """
        set -e
        chmod 755 "$1"
        grep -q "^recorded:" /etc/passwd || {
            echo "recorded:x:$2:$2::$3:/bin/sh" >>/etc/passwd
            echo "recorded:x:$2:" >>/etc/group
            echo recorded:200000:65536 | tee -a /etc/subuid >>/etc/subgid
        }
        mkdir -p "/run/user/$2" "$3" "$3-bin"
        cp "$4" "$5" "$6" "$3-bin"
        chown -R "$2:$2" "$3" "/run/user/$2"
        chmod 700 "/run/user/$2"
        """;

    private readonly SeccompHost _shared;
    private readonly string _home;

    public RootlessTests(SeccompHost shared)
    {
        _shared = shared;
        _home = Path.Combine(shared.Host.Root, "home-" + Guid.NewGuid().ToString("N"));
        _ = shared.Host.Shell(
            MakeUser, shared.Host.Root, $"{User}", _home, Repository.SeccompRecorder, Repository.Wrapper,
            Repository.HookCtl).EnsureSuccess();
    }

    private string Recorder => Reachable(Repository.SeccompRecorder);

    private string Store => Path.Combine(_home, ".local", "state", "ocihooks", "seccomp");

    public void Dispose() => _ = _shared.Host.Shell("rm -rf --one-file-system \"$1\" \"$1-bin\" /etc/ocihooks/*", _home);

    [UserNamespacesTheory]
    [InlineData("shell", "runc")]
    [InlineData("shell", "crun")]
    [InlineData("python", "runc")]
    [InlineData("python", "crun")]
    public void Recording_is_what_strace_sees(string workload, string runtime)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(_home, "bundle")).FullName;
        _ = _shared.Host.Shell("chown \"$1:$1\" \"$2\"", $"{User}", bundle).EnsureSuccess();
        _ = AsUser([runtime, "spec", "--rootless", "--bundle", bundle]).EnsureSuccess();
        string file = Path.Combine(bundle, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(file))!;
        config["root"] = new JsonObject { ["path"] = _shared.RootFileSystem, ["readonly"] = true };
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. Workloads.CommandLine(workload).Select(word => (JsonNode)word)]);
        _ = config["process"]!.AsObject().Remove("rlimits");
        config["mounts"]!.AsArray().Add(new JsonObject { ["destination"] = "/tmp", ["type"] = "tmpfs", ["source"] = "tmpfs" });
        config["hooks"] = new JsonObject { ["createRuntime"] = new JsonArray(Hook()), ["poststop"] = new JsonArray(Hook()) };
        File.WriteAllText(file, config.ToJsonString());

        const string Run = """
            cd "$1"
            "$2" hook <config.json >new && mv new config.json || exit
            shift 2
            exec strace -f --decode-pids=pidns --signal=none -o strace "$@" run rootless
            """;
        string[] runtimeCommand = [runtime, "--root", Path.Combine(_home, "runtime"),
            .. runtime == "crun" ? (string[])["--cgroup-manager", "disabled"] : []];
        CommandResult result = AsUser(["sh", "-c", Run, "sh", bundle, Recorder, .. runtimeCommand]);
        Assert.True(result.ExitCode == 0 && result.OutputText.EndsWith("done\n", StringComparison.Ordinal), result.ToString());

        JsonObject calls = Calls("rootless");
        string[] notSeen = [.. calls.Where(call => call.Value!["count"]!.GetValue<int>() == 0).Select(call => call.Key)];
        SortedSet<string> seen = StraceLog.FilteredCalls(Path.Combine(bundle, "strace"), isExecuted: true);
        Assert.True(seen.Count > 30, $"strace saw only {string.Join(' ', seen)}");
        seen.UnionWith(notSeen);
        Assert.Equal(seen, calls.Select(call => call.Key));
        Assert.Equal(NotifyTests.NotSeen, notSeen);
    }

    [UserNamespacesTheory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Podman_records_by_roots_rule_into_the_users_own_store(string runtime)
    {
        string rules = Path.Combine(_home, "hooks.d");
        _ = Directory.CreateDirectory(rules);
        File.WriteAllText(_shared.Host.SettingsFile, EngineSettings.Text(runtime, rules));
        _ = _shared.Host.Run(Repository.HookCtl, "seccomp", "record", "--image", "*", "--as", "app", "--recorder", Recorder)
            .EnsureSuccess();
        string image = BusyboxImage.MakeTar(_home);
        _ = _shared.Host.Shell("chmod 644 \"$1\"", image).EnsureSuccess();
        _ = Podman("import", image, "busybox:test").EnsureSuccess();
        CommandResult result = Podman(
            "run", "--rm", "--network", "none", "--log-driver", "k8s-file", "busybox:test", "sh", "-c", "mkdir /made; ls / | sort")
            .EnsureSuccess();
        Assert.Contains("made\n", result.OutputText, StringComparison.Ordinal);
        JsonObject calls = Calls("app");
        Assert.Equal("mkdir", calls["mkdir"]!["process"]!.GetValue<string>());
        Assert.False(calls.ContainsKey("pivot_root"));
        CommandResult export = AsUser([Reachable(Repository.HookCtl), "seccomp", "export", "app"]).EnsureSuccess();
        Assert.Contains("mkdir", export.OutputText, StringComparison.Ordinal);
    }

    private string Reachable(string program) => Path.Combine(_home + "-bin", Path.GetFileName(program));

    private JsonObject Hook() => new() { ["path"] = Recorder, ["args"] = new JsonArray("seccomp-recorder", "hook") };

    private JsonObject Calls(string subject) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(Store, $"{subject}.json")))!["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();

    private CommandResult Podman(params string[] arguments) => AsUser(
    [
        "podman", "--runtime", Reachable(Repository.Wrapper), "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file", .. arguments,
    ]);

    private CommandResult AsUser(IEnumerable<string> commandLine) => _shared.Host.RunIn(_home,
    [
        "setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups",
        "env", $"HOME={_home}", $"XDG_RUNTIME_DIR=/run/user/{User}",
        .. commandLine.Select(word => (ByteString)word),
    ]);
}

/// <summary>Skips a test where users without root can make no user namespaces.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UserNamespacesTheoryAttribute : TheoryAttribute
{
    private static readonly string? s_missing = FindMissing();

    public UserNamespacesTheoryAttribute() => Skip = s_missing;

    private static string? FindMissing() =>
        new Command("setpriv", "--reuid", "1500", "--regid", "1500", "--clear-groups", "unshare", "--user", "true").Run() switch
        {
            { ExitCode: 0 } => null,
            var failure => $"users without root can make no user namespaces (CONFIG_USER_NS): {failure.ErrorText}",
        };
}
