using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>The recorder's hooks in containers of runc and crun.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class RecorderTests(SeccompHost host)
{
    private const string Notes = "/run/ocihooks/seccomp";
    private const string GetPgrp = "111";

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Each_abi_is_recorded_apart(string runtime)
    {
        using var bench = new RecordingBench(host, runtime);
        bench.SetProcess("/caller", GetPgrp, "32:64", "x32:100");
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("getppid", bench.Calls());
        Assert.Equal(["getppid"], bench.Calls("SCMP_ARCH_X86"));
        Assert.Equal(["times"], bench.Calls("SCMP_ARCH_X32"));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Nested_namespaces_and_executed_processes_are_recorded(string runtime)
    {
        using var bench = new RecordingBench(host, runtime);
        bench.SetCapabilities("CAP_SYS_ADMIN");
        bench.SetProcess("sleep", "1000");
        bench.StartContainer();
        _ = bench.Execute("/caller", "unshare", GetPgrp).EnsureSuccess();
        _ = bench.Execute("unshare", "--pid", "--fork", "--mount", "/caller", "100").EnsureSuccess();
        bench.Delete();
        Assert.Superset(new SortedSet<string>(["getpgrp", "times", "unshare"]), bench.Calls());
    }

    [Fact]
    public void Clones_that_make_namespaces_are_told_apart()
    {
        using var bench = new RecordingBench(host);
        bench.SetCapabilities("CAP_SYS_ADMIN");
        bench.SetProcess("sh", "-c", "(true); true | true");
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("clone", bench.Calls());
        Assert.DoesNotContain("#clone with namespaces", bench.Calls());
        bench.SetProcess("/caller", "clone");
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("#clone with namespaces", bench.Calls());
        Assert.DoesNotContain(bench.Calls("SCMP_ARCH_X32"), _ => true);
    }

    [Fact]
    public void Filters_of_the_program_itself_change_nothing()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("/caller", "filter", GetPgrp);
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
    }

    /// <summary>The wrapper keeps its notes in the same place.</summary>
    [Fact]
    public void Its_directories_are_root_s_alone()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("true");
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Equal(
            "700 0\n700 0\n700 0\n", bench.Run("stat", "-c", "%a %u", "/run/ocihooks", Notes, bench.PathTo("store")).EnsureSuccess().OutputText);
    }

    [Fact]
    public void Evidence_names_the_first_process()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("sh", "-c", "sleep 0; /caller 111 111 111");
        _ = bench.RunContainer().EnsureSuccess();
        JsonNode call = bench.Recording()!["calls"]!["SCMP_ARCH_X86_64"]!["getpgrp"]!;
        Assert.Equal("caller", call["process"]!.GetValue<string>());
        Assert.Equal(3, call["count"]!.GetValue<int>());
    }

    [Fact]
    public void Runs_are_merged_and_tell_what_was_new()
    {
        using var bench = new RecordingBench(host);
        bench.SetProcess("/caller", "111");
        bench.Change(config => AddArguments(config, "--as", "app"));
        _ = bench.RunContainer().EnsureSuccess();
        bench.SetProcess("/caller", "100");
        _ = bench.RunContainer().EnsureSuccess();
        JsonNode recording = bench.Recording("app")!;
        Assert.Equal(2, recording["runCount"]!.GetValue<int>());
        string[] added = [.. recording["runs"]![1]!["new"]!.AsArray().Select(call => call!.GetValue<string>())];

        // The runtime's own calls behind the filter are not the same each time.
        Assert.Contains("times", added);
        Assert.DoesNotContain("execve", added);
    }

    [Fact]
    public void Eight_at_once_share_one_program()
    {
        // None that a runtime makes behind the filter, be it only now and then.
        int[] numbers = [111, 100, 143, 99, 140, 124, 95, 36];
        string[] names = ["getpgrp", "times", "sched_getparam", "sysinfo", "getpriority", "getsid", "umask", "getitimer"];
        RecordingBench[] benches = [.. numbers.Select(_ => new RecordingBench(host))];
        try
        {
            foreach (RecordingBench bench in benches)
            {
                bench.SetProcess("sleep", "1000");
                bench.StartContainer();
            }

            Assert.Equal(8, Ongoing());
            Assert.Equal("containers link records selection", Pinned());
            for (int i = 0; i < benches.Length; i++)
            {
                _ = benches[i].Execute("/caller", $"{numbers[i]}").EnsureSuccess();
                benches[i].Delete();
            }

            for (int i = 0; i < benches.Length; i++)
            {
                SortedSet<string> others = [.. names];
                others.ExceptWith([names[i]]);
                others.IntersectWith(benches[i].Calls());
                Assert.Contains(names[i], benches[i].Calls());
                Assert.Empty(others);
            }

            Assert.Equal(0, Ongoing());
        }
        finally
        {
            Array.ForEach(benches, bench => bench.Dispose());
        }
    }

    [Fact]
    public void Recordings_that_no_poststop_came_for_are_stored_by_the_next()
    {
        using var lost = new RecordingBench(host);
        lost.SetProcess("/caller", GetPgrp);
        lost.RemoveHooks("poststop");
        _ = lost.RunContainer().EnsureSuccess();
        Assert.Null(lost.Recording());
        using var next = new RecordingBench(host);
        next.SetProcess("/caller", "100");
        _ = next.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", lost.Calls());
        Assert.DoesNotContain("times", lost.Calls());
        Assert.Equal(0, Ongoing());
    }

    [Fact]
    public void A_container_that_starts_again_without_poststop_loses_nothing_of_its_run_before()
    {
        using var lost = new RecordingBench(host);
        lost.RemoveHooks("poststop");
        foreach (string call in new[] { GetPgrp, "100" })
        {
            lost.SetProcess("/caller", call);
            _ = lost.RunContainer().EnsureSuccess();
        }

        using var next = new RecordingBench(host);
        next.SetProcess("true");
        _ = next.RunContainer().EnsureSuccess();
        Assert.Equal(2, lost.Recording()!["runCount"]!.GetValue<int>());
        Assert.Superset(new SortedSet<string>(["getpgrp", "times"]), lost.Calls());
    }

    [Fact]
    public void A_recording_that_cannot_be_stored_keeps_no_other_container_from_starting()
    {
        using var lost = new RecordingBench(host);
        lost.SetProcess("true");
        lost.RemoveHooks("poststop");
        _ = lost.RunContainer().EnsureSuccess();
        Directory.Delete(lost.PathTo("store"), recursive: true);
        File.WriteAllText(lost.PathTo("store"), "not a directory");

        using var next = new RecordingBench(host);
        next.SetProcess("/caller", GetPgrp);
        _ = next.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", next.Calls());

        // What it did is kept until it can be stored, and nothing is recorded meanwhile.
        Assert.Equal(1, Ongoing());
        Assert.Equal("containers records selection", Pinned());
        File.Delete(lost.PathTo("store"));
        _ = next.Recorder("collect", "").EnsureSuccess();
        Assert.Contains("execve", lost.Calls());
        Assert.Equal(0, Ongoing());
        Assert.Equal("", Pinned());
    }

    /// <summary>The kernel gives the numbers of namespaces that are gone to the next ones.</summary>
    [Fact]
    public void Containers_that_come_between_the_end_and_poststop_are_not_recorded()
    {
        using var ended = new RecordingBench(host);
        ended.SetProcess("/caller", GetPgrp);
        ended.RemoveHooks("poststop");
        _ = ended.RunContainer().EnsureSuccess();
        using var other = new RecordingBench(host);
        other.SetProcess("/caller", "100");
        other.RemoveHooks();
        _ = other.RunContainer().EnsureSuccess();
        using var next = new RecordingBench(host);
        next.SetProcess("true");
        _ = next.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", ended.Calls());
        Assert.DoesNotContain("times", ended.Calls());
    }

    /// <summary>As containers have it that version 0.1 records by a process of its own, and as anybody may write it.</summary>
    [Theory]
    [InlineData("hook", "--notify")]
    [InlineData("stop")]
    public void What_a_profile_names_as_its_listener_is_not_looked_at(params string[] words)
    {
        using var bench = new RecordingBench(host);
        string socket = "/run/ocihooks/seccomp/listeners/0123456789abcdef.socket";
        _ = host.Host.Shell("mkdir -p ${1%/*}; : >$1", socket).EnsureSuccess();
        bench.Change(config =>
        {
            config["linux"]!["seccomp"]!["listenerPath"] = socket;
            config["linux"]!["seccomp"]!["listenerMetadata"] = "ocihooks-seccomp-recorder";
        });
        string state = $$"""{"id":"x","status":"stopped","pid":0,"bundle":"{{bench.Bundle}}"}""";
        CommandResult result = host.Host.RunWithInput(state, [Repository.SeccompRecorder, .. words.Select(word => (ByteString)word)]);
        Assert.Equal((0, "", ""), (result.ExitCode, result.OutputText, result.ErrorText));
        _ = host.Host.Shell("rm $1; rmdir ${1%/*}", socket).EnsureSuccess();

        bench.SetProcess("/caller", GetPgrp);
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
    }

    [Fact]
    public void What_is_recorded_is_kept_under_its_name_whatever_a_complaining_rule_does()
    {
        using var bench = new RecordingBench(host);
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
        _ = bench.RunContainer();
        Assert.NotNull(bench.Recording("app"));
    }

    [Fact]
    public void One_more_than_can_be_recorded_starts_all_the_same()
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
            host.Host.Shell(Script, many, Repository.SeccompRecorder).EnsureSuccess().OutputText);
    }

    [Fact]
    public void A_container_without_a_profile_is_refused_until_it_is_marked()
    {
        using var bench = new RecordingBench(host);
        bench.SetSeccomp(null);
        bench.SetProcess("/caller", GetPgrp);
        Assert.Contains("has no seccomp profile", bench.RunContainer().ErrorText, StringComparison.Ordinal);
        bench.Change(config =>
        {
            JsonNode marked = JsonNode.Parse(bench.Recorder("mark", config.ToJsonString()).EnsureSuccess().OutputText)!;
            config["linux"] = marked["linux"]!.DeepClone();
        });
        _ = bench.RunContainer().EnsureSuccess();
        Assert.Contains("getpgrp", bench.Calls());
        Assert.DoesNotContain("pivot_root", bench.Calls());
    }

    [Fact]
    public void A_marked_configuration_is_otherwise_as_it_was()
    {
        using var bench = new RecordingBench(host);
        string config = File.ReadAllText(Path.Combine(bench.Bundle, "config.json"));
        Assert.Equal(config, bench.Recorder("mark", config).EnsureSuccess().OutputText);
        JsonNode bare = JsonNode.Parse(config)!;
        _ = bare["linux"]!.AsObject().Remove("seccomp");
        JsonNode marked = JsonNode.Parse(bench.Recorder("mark", bare.ToJsonString()).EnsureSuccess().OutputText)!;
        Assert.True(marked["linux"]!.AsObject().Remove("seccomp"));
        Assert.True(JsonNode.DeepEquals(bare, marked));
    }

    [Fact]
    public void A_profile_is_written_where_the_annotation_says()
    {
        using var bench = new RecordingBench(host);
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
        _ = bench.RunContainer().EnsureSuccess();
        JsonNode[] rules = [.. JsonNode.Parse(File.ReadAllBytes(output))!["syscalls"]!.AsArray().Select(rule => rule!)];
        Assert.Equal("SCMP_ACT_KILL", rules.Single(rule => Names(rule).Contains("getpgrp"))["action"]!.GetValue<string>());
        Assert.Equal("SCMP_ACT_ALLOW", rules.Single(rule => Names(rule).Contains("times"))["action"]!.GetValue<string>());

        bench.SetAnnotation("io.containers.trace-syscall", "of:profile.json");
        Assert.Contains("is not absolute", bench.RunContainer().ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_annotation_is_followed_only_where_that_is_said()
    {
        using var bench = new RecordingBench(host);
        bench.SetAnnotation("io.containers.trace-syscall", $"of:{bench.PathTo("profile.json")}");
        bench.Change(config => _ = config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Remove(
            config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Single(word => word!.GetValue<string>() == "--follow-annotation")));
        bench.SetProcess("/caller", GetPgrp);
        _ = bench.RunContainer().EnsureSuccess();
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

    private string Pinned() => RecordingBench.Pinned(host);

    private int Ongoing() =>
        host.Host.Shell($"ls {Notes}").OutputText.Split('\n').Count(name => name.EndsWith(".json", StringComparison.Ordinal));
}
