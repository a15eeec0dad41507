using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Tests the recorder's hooks in containers of runc and crun.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RecorderTests(SeccompHost host)
{
    private const string Notes = "/run/ocihooks/seccomp";
    private const string GetPgrp = "111";
    private const int SegmentationFault = 11;

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Each_abi_is_recorded_apart(string runtime)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetProcess("/caller", GetPgrp, "x32:100");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("times", bench.Calls());
        Assert.Equal(["times"], bench.Calls("SCMP_ARCH_X32"));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Calls_by_the_32_bit_gate_are_recorded_apart(string runtime)
    {
        // If the kernel is a guest that may not set up this gate, a program that uses it dies by a signal, also outside of a container.
        CommandResult alone = new Command(Probes.Caller, "32:64").Run();
        Assert.SkipWhen(alone.Signal == SegmentationFault, "this machine's kernel makes no system calls by int $0x80");

        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetProcess("/caller", GetPgrp, "32:64");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("getppid", bench.Calls());
        Assert.Equal(["getppid"], bench.Calls("SCMP_ARCH_X86"));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Nested_namespaces_and_executed_processes_are_recorded(string runtime)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host, runtime);
        bench.SetCapabilities("CAP_SYS_ADMIN");
        bench.SetProcess("sleep", "1000");
        await bench.StartContainerAsync();
        _ = (await bench.ExecuteAsync("/caller", "unshare", GetPgrp)).EnsureSuccess();
        _ = (await bench.ExecuteAsync("unshare", "--pid", "--fork", "--mount", "/caller", "100")).EnsureSuccess();
        await bench.DeleteAsync();
        Assert.Superset(new SortedSet<string>(["getpgrp", "times", "unshare"]), bench.Calls());
    }

    [Fact]
    public async Task Clones_that_make_namespaces_are_told_apart()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetCapabilities("CAP_SYS_ADMIN");
        bench.SetProcess("sh", "-c", "(true); true | true");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("clone", bench.Calls());
        Assert.DoesNotContain("#clone with namespaces", bench.Calls());
        bench.SetProcess("/caller", "clone");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("#clone with namespaces", bench.Calls());
        Assert.DoesNotContain(bench.Calls("SCMP_ARCH_X32"), _ => true);
    }

    [Fact]
    public async Task Filters_of_the_program_itself_change_nothing()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", "filter", GetPgrp);
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
    }

    /// <summary>The wrapper keeps its notes in the same directory.</summary>
    [Fact]
    public async Task Its_directories_are_root_s_alone()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("true");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Equal(
            "700 0\n700 0\n700 0\n",
            (await bench.RunAsync("stat", "-c", "%a %u", "/run/ocihooks", Notes, bench.PathTo("store"))).EnsureSuccess().OutputText);
    }

    [Fact]
    public async Task Evidence_names_the_first_process()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("sh", "-c", "sleep 0; /caller 111 111 111");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        JsonNode call = bench.Recording()!["calls"]!["SCMP_ARCH_X86_64"]!["getpgrp"]!;
        Assert.Equal("caller", call["process"]!.GetValue<string>());
        Assert.Equal(3, call["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Runs_are_merged_and_tell_what_was_new()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", "111");
        bench.Change(config => AddArguments(config, "--as", "app"));
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        bench.SetProcess("/caller", "100");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        JsonNode recording = bench.Recording("app")!;
        Assert.Equal(2, recording["runCount"]!.GetValue<int>());
        string[] added = [.. recording["runs"]![1]!["new"]!.AsArray().Select(call => call!.GetValue<string>())];

        // The runtime's own calls behind the filter differ from run to run.
        Assert.Contains("times", added);
        Assert.DoesNotContain("execve", added);
    }

    [Fact]
    public async Task Eight_at_once_share_one_program()
    {
        // Calls that no runtime makes behind the filter, not even sometimes.
        int[] numbers = [111, 100, 143, 99, 140, 124, 95, 36];
        string[] names = ["getpgrp", "times", "sched_getparam", "sysinfo", "getpriority", "getsid", "umask", "getitimer"];
        RecordingBench[] benches = await Task.WhenAll(numbers.Select(_ => RecordingBench.MakeAsync(host)));
        try
        {
            foreach (RecordingBench bench in benches)
            {
                bench.SetProcess("sleep", "1000");
                await bench.StartContainerAsync();
            }

            Assert.Equal(8, await OngoingAsync());
            Assert.Equal("containers link records selection", await PinnedAsync());
            for (int i = 0; i < benches.Length; i++)
            {
                _ = (await benches[i].ExecuteAsync("/caller", $"{numbers[i]}")).EnsureSuccess();
                await benches[i].DeleteAsync();
            }

            for (int i = 0; i < benches.Length; i++)
            {
                SortedSet<string> others = [.. names];
                others.ExceptWith([names[i]]);
                others.IntersectWith(benches[i].Calls());
                Assert.Contains(names[i], benches[i].Calls());
                Assert.Empty(others);
            }

            Assert.Equal(0, await OngoingAsync());
        }
        finally
        {
            foreach (RecordingBench bench in benches)
            {
                await bench.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Recordings_that_no_poststop_came_for_are_stored_by_the_next()
    {
        await using RecordingBench lost = await RecordingBench.MakeAsync(host);
        lost.SetProcess("/caller", GetPgrp);
        lost.RemoveHooks("poststop");
        _ = (await lost.RunContainerAsync()).EnsureSuccess();
        Assert.Null(lost.Recording());
        await using RecordingBench next = await RecordingBench.MakeAsync(host);
        next.SetProcess("/caller", "100");
        _ = (await next.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", lost.Calls());
        Assert.DoesNotContain("times", lost.Calls());
        Assert.Equal(0, await OngoingAsync());
    }

    [Fact]
    public async Task A_container_that_starts_again_without_poststop_loses_nothing_of_its_run_before()
    {
        await using RecordingBench lost = await RecordingBench.MakeAsync(host);
        lost.RemoveHooks("poststop");
        foreach (string call in new[] { GetPgrp, "100" })
        {
            lost.SetProcess("/caller", call);
            _ = (await lost.RunContainerAsync()).EnsureSuccess();
        }

        await using RecordingBench next = await RecordingBench.MakeAsync(host);
        next.SetProcess("true");
        _ = (await next.RunContainerAsync()).EnsureSuccess();
        Assert.Equal(2, lost.Recording()!["runCount"]!.GetValue<int>());
        Assert.Superset(new SortedSet<string>(["getpgrp", "times"]), lost.Calls());
    }

    [Fact]
    public async Task A_recording_that_cannot_be_stored_keeps_no_other_container_from_starting()
    {
        await using RecordingBench lost = await RecordingBench.MakeAsync(host);
        lost.SetProcess("true");
        lost.RemoveHooks("poststop");
        _ = (await lost.RunContainerAsync()).EnsureSuccess();
        Directory.Delete(lost.PathTo("store"), recursive: true);
        File.WriteAllText(lost.PathTo("store"), "not a directory");

        await using RecordingBench next = await RecordingBench.MakeAsync(host);
        next.SetProcess("/caller", GetPgrp);
        _ = (await next.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", next.Calls());

        // The run is kept until it can be stored, and nothing is recorded meanwhile.
        Assert.Equal(1, await OngoingAsync());
        Assert.Equal("containers records selection", await PinnedAsync());
        File.Delete(lost.PathTo("store"));
        _ = (await next.RecorderAsync("collect", "")).EnsureSuccess();
        Assert.Contains("execve", lost.Calls());
        Assert.Equal(0, await OngoingAsync());
        Assert.Equal("", await PinnedAsync());
    }

    /// <summary>The kernel reuses the numbers of namespaces that are gone.</summary>
    [Fact]
    public async Task Containers_that_come_between_the_end_and_poststop_are_not_recorded()
    {
        await using RecordingBench ended = await RecordingBench.MakeAsync(host);
        ended.SetProcess("/caller", GetPgrp);
        ended.RemoveHooks("poststop");
        _ = (await ended.RunContainerAsync()).EnsureSuccess();
        await using RecordingBench other = await RecordingBench.MakeAsync(host);
        other.SetProcess("/caller", "100");
        other.RemoveHooks();
        _ = (await other.RunContainerAsync()).EnsureSuccess();
        await using RecordingBench next = await RecordingBench.MakeAsync(host);
        next.SetProcess("true");
        _ = (await next.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", ended.Calls());
        Assert.DoesNotContain("times", ended.Calls());
    }

    /// <summary>Version 0.1, which recorded by a separate process, wrote such profiles, and anybody may write one.</summary>
    [Theory]
    [InlineData("hook", "--notify")]
    [InlineData("stop")]
    public async Task What_a_profile_names_as_its_listener_is_not_looked_at(params string[] words)
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        string socket = "/run/ocihooks/seccomp/listeners/0123456789abcdef.socket";
        _ = (await host.Host.ShellAsync("mkdir -p ${1%/*}; : >$1", socket)).EnsureSuccess();
        bench.Change(config =>
        {
            config["linux"]!["seccomp"]!["listenerPath"] = socket;
            config["linux"]!["seccomp"]!["listenerMetadata"] = "ocihooks-seccomp-recorder";
        });
        string state = $$"""{"id":"x","status":"stopped","pid":0,"bundle":"{{bench.Bundle}}"}""";
        CommandResult result = await host.Host.RunWithInputAsync(state, [Repository.SeccompRecorder, .. words]);
        Assert.Equal((0, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        _ = (await host.Host.ShellAsync("rm $1; rmdir ${1%/*}", socket)).EnsureSuccess();

        bench.SetProcess("/caller", GetPgrp);
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
    }

    [Fact]
    public async Task What_is_recorded_is_kept_under_its_name_whatever_a_complaining_rule_does()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetProcess("/caller", GetPgrp);
        string profile = bench.PathTo("profile.json");
        File.WriteAllText(profile, """{"defaultAction":"SCMP_ACT_ALLOW"}""");
        bench.Change(config =>
        {
            JsonArray starts = config["hooks"]!["createRuntime"]!.AsArray();
            JsonNode complaining = starts[0]!.DeepClone();
            AddArguments(config, "--as", "app");
            complaining["args"]!.AsArray().Add("--complain");
            complaining["args"]!.AsArray().Add(profile);
            starts.Insert(0, complaining);
            starts.Add(new JsonObject { ["path"] = "/bin/rm", ["args"] = new JsonArray("rm", profile) });
        });
        _ = await bench.RunContainerAsync();
        Assert.NotNull(bench.Recording("app"));
    }

    [Fact]
    public async Task One_more_than_can_be_recorded_starts_all_the_same()
    {
        const string Script = """
            set -e
            mkdir "$1"
            echo '{"ociVersion":"1.0.2","root":{"path":"/"},"linux":{"seccomp":{}}}' >"$1/config.json"
            hook() {
                echo "{\"id\":\"c$1\",\"status\":\"$2\",\"pid\":$3,\"bundle\":\"$root\"}" |
                    "$recorder" hook --state "$root/state" --store "$root/store"
            }
            root=$1 recorder=$2 pids=
            for i in $(seq 65); do
                unshare --mount sleep 1000 &
                pids="$pids $!"
                until [ "$(readlink /proc/$!/ns/mnt)" != "$(readlink /proc/$$/ns/mnt)" ]; do sleep 0.01; done
                hook $i creating $! 2>&1
            done
            ls "$root/state" | grep -c json
            kill $pids
            wait $pids || true
            hook 65 stopped 0
            ls "$root/state" | grep -c json || true
            """;
        string many = Path.Combine(host.Host.Root, "many");
        Assert.Equal(
            "seccomp-recorder: container c65 is not recorded: 64 containers are, and no more can be; stop one, or narrow the rule\n64\n0\n",
            (await host.Host.ShellAsync(Script, many, Repository.SeccompRecorder)).EnsureSuccess().OutputText);
    }

    [Fact]
    public async Task A_container_without_a_profile_is_refused_until_it_is_marked()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetSeccomp(null);
        bench.SetProcess("/caller", GetPgrp);
        Assert.Contains("has no seccomp profile", (await bench.RunContainerAsync()).ErrorText, StringComparison.Ordinal);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        JsonNode marked = JsonNode.Parse((await bench.RecorderAsync("mark", config)).EnsureSuccess().OutputText)!;
        bench.Change(unmarked => unmarked["linux"] = marked["linux"]!.DeepClone());
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("pivot_root", bench.Calls());
    }

    [Fact]
    public async Task A_marked_configuration_is_otherwise_as_it_was()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        Assert.Equal(config, (await bench.RecorderAsync("mark", config)).EnsureSuccess().OutputText);
        JsonNode bare = JsonNode.Parse(config)!;
        _ = bare["linux"]!.AsObject().Remove("seccomp");
        JsonNode marked = JsonNode.Parse((await bench.RecorderAsync("mark", bare.ToJsonString())).EnsureSuccess().OutputText)!;
        Assert.True(marked["linux"]!.AsObject().Remove("seccomp"));
        Assert.True(JsonNode.DeepEquals(bare, marked));
    }

    [Fact]
    public async Task A_profile_is_written_where_the_annotation_says()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        string output = bench.PathTo("profile.json"), input = bench.PathTo("input.json");
        File.WriteAllText(input, """
            {
              "defaultAction": "SCMP_ACT_ERRNO",
              "archMap": [{ "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"] }],
              "syscalls": [{ "names": ["getpgrp", "mount"], "action": "SCMP_ACT_KILL" }]
            }
            """);
        bench.SetAnnotation("io.containers.trace-syscall", $"of:{output};if:{input}");
        bench.SetProcess("/caller", GetPgrp, "100");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        JsonNode[] rules = [.. JsonNode.Parse(File.ReadAllBytes(output))!["syscalls"]!.AsArray().Select(rule => rule!)];
        Assert.Equal("SCMP_ACT_KILL", rules.Single(rule => Names(rule).Contains("getpgrp"))["action"]!.GetValue<string>());
        Assert.Equal("SCMP_ACT_ALLOW", rules.Single(rule => Names(rule).Contains("times"))["action"]!.GetValue<string>());

        bench.SetAnnotation("io.containers.trace-syscall", "of:profile.json");
        Assert.Contains("is not absolute", (await bench.RunContainerAsync()).ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_annotation_is_followed_only_where_that_is_said()
    {
        await using RecordingBench bench = await RecordingBench.MakeAsync(host);
        bench.SetAnnotation("io.containers.trace-syscall", $"of:{bench.PathTo("profile.json")}");
        bench.Change(config => _ = config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Remove(
            config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Single(word => word!.GetValue<string>() == "--follow-annotation")));
        bench.SetProcess("/caller", GetPgrp);
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.False(File.Exists(bench.PathTo("profile.json")));
    }

    private static IEnumerable<string> Names(JsonNode rule) => rule["names"]!.AsArray().Select(name => name!.GetValue<string>());

    private static void AddArguments(JsonNode config, params string[] arguments)
    {
        foreach ((_, JsonNode? hooks) in config["hooks"]!.AsObject())
        {
            foreach (string argument in arguments)
            {
                hooks![0]!["args"]!.AsArray().Add(argument);
            }
        }
    }

    private Task<string> PinnedAsync() => RecordingBench.PinnedAsync(host);

    private async Task<int> OngoingAsync() =>
        (await host.Host.ShellAsync($"ls {Notes}")).OutputText.Split('\n').Count(name => name.EndsWith(".json", StringComparison.Ordinal));
}
