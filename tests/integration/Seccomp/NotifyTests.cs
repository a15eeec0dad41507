using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Recording by notification, as where eBPF is not to be had.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class NotifyTests(SeccompHost host)
{
    private const string GetPgrp = "111";
    private const string Sockets = "/run/ocihooks/seccomp/listeners";

    /// <summary>What docs/seccomp.md says is not seen.</summary>
    internal static readonly string[] NotSeen =
    [
        "clone", "exit", "exit_group", "fork", "futex", "getpid", "madvise", "mmap", "munmap", "nanosleep", "prctl", "restart_syscall",
        "rt_sigreturn", "sched_yield", "tgkill", "vfork", "write",
    ];

    [Theory]
    [MemberData(nameof(StraceTests.Runs), MemberType = typeof(StraceTests))]
    public void Recording_is_what_strace_sees(string workload, string runtime, bool noNewPrivileges)
    {
        using var bench = new RecordingBench(host, runtime);
        bench.SetProcess(Workloads.CommandLine(workload));
        bench.SetNoNewPrivileges(noNewPrivileges);
        bench.Notify();
        CommandResult result = bench.RunTraced(bench.PathTo("strace"));
        Assert.True(result.ExitCode == 0 && result.OutputText.EndsWith("done\n", StringComparison.Ordinal), result.ToString());
        SortedSet<string> seen = StraceLog.FilteredCalls(bench.PathTo("strace"), isExecuted: true);
        Assert.True(seen.Count > 30, $"strace saw only {string.Join(' ', seen)}");
        Assert.Equal(NotSeen, bench.CallsNotSeen());
        seen.UnionWith(NotSeen);
        Assert.Equal(seen, bench.Calls());
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Abis_namespaces_and_processes_are_told_apart(string runtime)
    {
        using var bench = new RecordingBench(host, runtime);
        bench.SetCapabilities("CAP_SYS_ADMIN");
        bench.SetProcess("sleep", "1000");
        bench.Notify();
        bench.StartContainer();
        _ = bench.Execute("/caller", GetPgrp, GetPgrp, "32:64", "x32:100").EnsureSuccess();
        _ = bench.Execute("/caller", "unshare", "24", "clone").EnsureSuccess();
        bench.Delete();
        JsonObject calls = bench.Recording()!["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("caller", calls["getpgrp"]!["process"]!.GetValue<string>());
        Assert.Equal(2, calls["getpgrp"]!["count"]!.GetValue<int>());
        Assert.Equal(2, calls["#clone with namespaces"]!["count"]!.GetValue<int>());
        Assert.True(calls.ContainsKey("unshare") && calls.ContainsKey("execve") && !calls.ContainsKey("pivot_root"));
        Assert.Contains("getppid", bench.Calls("SCMP_ARCH_X86"));
        Assert.Contains("times", bench.Calls("SCMP_ARCH_X32"));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void What_is_denied_stays_denied(string runtime)
    {
        using var bench = new RecordingBench(host, runtime);
        string profile = bench.PathTo("profile.json");
        bench.SetAnnotation("io.containers.trace-syscall", $"of:{profile}");
        bench.SetProcess("/caller", GetPgrp);
        bench.Notify("--follow-annotation");
        _ = bench.RunContainer().EnsureSuccess();
        bench.RemoveHooks("createRuntime");
        bench.SetSeccomp(JsonNode.Parse(File.ReadAllBytes(profile)));
        bench.SetProcess("/caller", GetPgrp, "eperm:100");
        bench.Notify();
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Equal(2, bench.Recording()!["runCount"]!.GetValue<int>());
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("times", bench.Calls());
    }

    [Fact]
    public void Several_rules_share_one_listener()
    {
        using var bench = new RecordingBench(host);
        string profile = bench.PathTo("profile.json");
        File.WriteAllText(profile, """
            { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["getpgrp"], "action": "SCMP_ACT_ERRNO" }] }
            """);
        bench.SetProcess("/caller", GetPgrp);
        bench.Notify("--as", "app");
        bench.Notify("--complain", profile);
        CommandResult result = bench.RunContainer().EnsureSuccess();
        Assert.Equal(1, bench.Recording("app")!["runCount"]!.GetValue<int>());
        JsonNode denial = JsonNode.Parse(Assert.Single(File.ReadAllLines(Path.Combine(bench.PathTo("store"), "denials"))))!;
        Assert.Equal("getpgrp", denial["call"]!.GetValue<string>());
        Assert.False(denial["isEnforced"]!.GetValue<bool>());
        Assert.Equal("", result.OutputText);
    }

    [Fact]
    public void The_listener_has_nothing_of_its_starter_and_goes_with_the_container()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("sleep", "1000");
        bench.Notify();
        bench.StartContainer();
        string pid = Listener(bench);

        // The managed runtime itself has /dev/urandom open.
        const string List = "for f in /proc/$1/fd/*; do readlink $f; done | sed 's/:\\[.*//; /urandom/d' | sort -u";
        string[] files = [.. host.Host.Shell(List, pid).OutputText
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(["/dev/null", "anon_inode:seccomp notify", "socket"], files);
        Assert.Equal($"{pid} /\n", host.Host.Shell($"echo $(ps -o sid= -p {pid}) $(readlink /proc/{pid}/cwd)").OutputText);
        bench.Delete();
        Eventually.True(
            () => host.Host.Shell($"test ! -e /proc/{pid} && test -z \"$(ls {Sockets})\"").ExitCode == 0, "the listener is gone");
        Assert.Contains("execve", bench.Calls());
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_container_whose_listener_was_killed_does_not_hang(string runtime)
    {
        using var bench = new RecordingBench(host, runtime);
        // One that forks would do so without end, and wait for none of its children.
        bench.SetProcess("sh", "-c", "while : </dev/null; do :; done");
        bench.Notify();
        bench.StartContainer();
        _ = host.Host.Shell($"kill -KILL {Listener(bench)}").EnsureSuccess();

        // Calls fail with ENOSYS, and a shell that cannot open what it redirects ends.
        Eventually.True(() => JsonNode.Parse(bench.State)!["status"]!.GetValue<string>() == "stopped", "the container has ended");
        bench.Delete();
        Assert.Null(bench.Recording());
        Assert.Equal("", host.Host.Shell($"ls {Sockets}").OutputText);
    }

    [Theory]
    [InlineData("mount --bind /dev/null /sys/kernel/btf/vmlinux; rm -f /run/ocihooks/seccomp/kernel;")]
    [InlineData("exec setpriv --bounding-set=-bpf,-perfmon,-sys_admin")]
    public void It_takes_the_place_of_ebpf(string without)
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("/caller", GetPgrp);
        string file = Path.Combine(bench.Bundle, "config.json");
        CommandResult result = bench.Run("unshare", "--mount", "sh", "-c", $"{without} \"$@\" <config.json", "sh",
            Repository.SeccompRecorder, "hook", "--store", bench.PathTo("store")).EnsureSuccess();
        Assert.NotNull(JsonNode.Parse(result.Output)!["linux"]!["seccomp"]!["listenerPath"]);
        File.WriteAllBytes(file, result.Output);
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.Superset(new SortedSet<string>(NotSeen), bench.Calls());
    }

    [Fact]
    public void With_ebpf_it_is_not_needed()
    {
        using var bench = new RecordingBench(host);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        Assert.Equal(config, bench.Recorder("hook", config).EnsureSuccess().OutputText);
    }

    [Fact]
    public void A_container_with_a_listener_of_its_own_is_refused()
    {
        using var bench = new RecordingBench(host);
        bench.SetSeccomp(JsonNode.Parse("""
            { "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x", "syscalls": [{ "names": ["mount"], "action": "SCMP_ACT_NOTIFY" }] }
            """));
        CommandResult result = bench.Run("sh", "-c", $"\"$@\" <config.json", "sh", Repository.SeccompRecorder, "hook", "--notify");
        Assert.Equal(125, result.ExitCode);
        Assert.Contains("linux.seccomp: a program of this container's own answers its calls", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>The process number of a container's listener.</summary>
    private string Listener(RecordingBench bench)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(bench.Bundle, "config.json")))!;
        string path = config["linux"]!["seccomp"]!["listenerPath"]!.GetValue<string>();
        const string Find = """
            for process in /proc/[0-9]*; do
                case $(tr '\0' ' ' <$process/cmdline 2>/dev/null) in "seccomp-recorder listen "*" $1 "*) echo ${process#/proc/};; esac
            done
            """;
        return host.Host.Shell(Find, path).EnsureSuccess().OutputText.Trim();
    }
}
