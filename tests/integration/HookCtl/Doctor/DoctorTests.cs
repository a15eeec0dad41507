using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>Tests <c>hookctl doctor</c> without engines.</summary>
[Trait("Needs", "root")]
[Collection(DoctorCollection.Name)]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class DoctorTests : IDisposable
{
    private const string Good =
        """{"version":"1.0.0","hook":{"path":"/bin/true","timeout":5},"when":{"always":true},"stages":["poststop"]}""";

    private readonly HookCtlBench _bench = new();
    private readonly DoctorHost _host;

    public DoctorTests(DoctorHost host)
    {
        _host = host;
        _bench.Set("runtime", "runc");
        _bench.Set("log", new JsonObject { ["journald"] = false, ["file"] = _bench.Inside("hooks.log") });
        _bench.WriteRule("a.json", Good);
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("doctor.txt")]
    [InlineData("doctor.json", "--json")]
    public async Task Where_all_is_well_each_check_says_so(string golden, params string[] options)
    {
        CommandResult result = await RunAsync(options);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, Controlled(result.OutputText));
    }

    [Theory]
    [InlineData("doctor-problems.txt")]
    [InlineData("doctor-problems.json", "--json")]
    public async Task Whatever_is_wrong_is_told_with_what_to_do(string golden, params string[] options)
    {
        string hook = Executable.Write(_bench.Inside("hook"), "#!/bin/sh\n");
        _ = new Command("chmod", "go+w", hook).Run().EnsureSuccess();
        _bench.WriteRule("a.json", "{");
        _bench.WriteRule("b.json", Good.Replace("/bin/true", "/no/such/hook", StringComparison.Ordinal));
        _bench.WriteRule("c.json", Good.Replace("/bin/true", hook, StringComparison.Ordinal));
        _bench.Set("runtime", "/no/such/runtime");
        _bench.Set("log", new JsonObject { ["file"] = "/no/such/directory/log" });

        CommandResult result = await RunAsync(options);

        Assert.Equal((1, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, Controlled(result.OutputText));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_throw_away_container_runs_with_its_hook_and_leaves_nothing_behind(string runtime)
    {
        _bench.Set("runtime", runtime);

        DoctorFinding container = await OnlyAsync("container");

        Assert.Equal("ok", container.Severity);
        Assert.Matches(@"^a throw-away container and its hook ran in \d+ ms, and are gone$", container.Text);
        await _host.AssertNothingIsLeftAsync();
        Assert.False(File.Exists(_bench.Inside("hooks.log")));
    }

    [Fact]
    public async Task Without_the_container_nothing_is_started() =>
        Assert.DoesNotContain(DoctorFinding.All(await RunAsync("--json", "--no-container")), found => found.Check == "container");

    [Fact]
    public async Task A_user_who_is_not_root_is_told_what_was_not_done()
    {
        // Only its owner may be able to enter the repository.
        string hookctl = Executable.Copy(Repository.HookCtl, _bench.Inside("hookctl"));
        _ = new Command("chmod", "755", _bench.Root).Run().EnsureSuccess();
        CommandResult result = await _host.Host.RunAsync(
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "PATH=/no/such", hookctl,
            "doctor", "--json", "--config", _bench.SettingsFile);

        DoctorFinding container = DoctorFinding.All(result).Single(found => found.Check == "container");

        Assert.Equal(("note", "run this as root"), (container.Severity, container.Advice));
    }

    [Fact]
    public async Task A_wrapper_that_is_missing_is_a_problem_and_no_other_check_fails()
    {
        string alone = Executable.Copy(Repository.HookCtl, _bench.Inside("hookctl"));

        CommandResult result = await _host.RunWithAsync("/no/such", alone, ["--json", "--config", _bench.SettingsFile]);

        Assert.Equal(1, result.ExitCode);
        DoctorFinding problem = Assert.Single(DoctorFinding.All(result), found => found.Severity == "problem");
        Assert.StartsWith("runc-wrap was not found: ", problem.Text, StringComparison.Ordinal);
        await _host.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("chmod 777 bin/runc-wrap", "take that away: chmod go-w ROOT/bin/runc-wrap")]
    [InlineData("chown 65534 bin/runc-wrap", "if it is meant to be used: chown root ROOT/bin/runc-wrap")]
    [InlineData("chmod 777 bin", "take that away: chmod go-w ROOT/bin")]
    [InlineData("chown 65534 bin", "if it is meant to be used: chown root ROOT/bin")]
    public async Task A_wrapper_that_others_can_change_is_a_problem(string attack, string advice)
    {
        string hookctl = Path.Combine(Directory.CreateDirectory(_bench.Inside("bin")).FullName, "hookctl");
        _ = Executable.Copy(Repository.HookCtl, hookctl);
        _ = Executable.Copy(Repository.Wrapper, _bench.Inside("bin/runc-wrap"));
        _ = new Command("sh", "-ec", $"cd {_bench.Root}; chmod 755 . bin; {attack}").Run().EnsureSuccess();

        DoctorFinding found = Assert.Single(
            DoctorFinding.All(await _host.RunWithAsync("/no/such", hookctl, ["--json", "--no-container", "--config", _bench.SettingsFile])),
            finding => finding is { Check: "wrapper", Severity: "problem" });

        Assert.Equal(advice.Replace("ROOT", _bench.Root, StringComparison.Ordinal), found.Advice);
    }

    [Fact]
    public async Task A_directory_that_others_can_change_is_told_once()
    {
        string bin = Directory.CreateDirectory(_bench.Inside("bin")).FullName;
        string hookctl = Executable.Copy(Repository.HookCtl, Path.Combine(bin, "hookctl"));
        _ = Executable.Copy(Repository.Wrapper, Path.Combine(bin, "runc-wrap"));
        _bench.Set("runtime", Executable.Write(Path.Combine(bin, "low-level"), "#!/bin/sh\necho fake 1\n"));
        string hook = Executable.Write(Path.Combine(bin, "hook"), "#!/bin/sh\n");
        foreach (string name in new[] { "a", "b" })
        {
            _bench.WriteRule($"{name}.json", $$"""
                {"version":"1.0.0","hook":{"path":"{{hook}}","args":["{{name}}"],"timeout":1},"when":{"always":true},"stages":["poststop"]}
                """);
        }

        _ = new Command("chmod", "777", bin).Run().EnsureSuccess();

        DoctorFinding found = Assert.Single(
            DoctorFinding.All(await _host.RunWithAsync("/no/such", hookctl, ["--json", "--no-container", "--config", _bench.SettingsFile])),
            finding => finding.Severity == "problem");

        Assert.Equal("wrapper", found.Check);
        Assert.EndsWith("; the same cause has 1 of runtime, 2 of rules", found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_that_is_the_wrapper_itself_is_a_problem()
    {
        _bench.Set("runtime", Repository.Wrapper);

        DoctorFinding runtime = await OnlyAsync("runtime");

        Assert.Equal(("problem", "name the real one with \"runtime\" in the settings"), (runtime.Severity, runtime.Advice));
        Assert.Contains("is this wrapper itself", runtime.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 1000", "does not answer")]
    [InlineData("echo no disk >&2; exit 3", "ends with exit code 3: no disk")]
    public async Task A_runtime_that_does_not_answer_is_a_problem(string script, string text)
    {
        _bench.Set("runtime", Script(script));

        DoctorFinding runtime = await OnlyOnceAsync("runtime");

        Assert.Equal("problem", runtime.Severity);
        Assert.Contains(text, runtime.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec sleep 100000", "does not answer")]
    [InlineData("echo one >&2; echo no disk >&2; kill -KILL $$", "ends with exit code 137: no disk")]
    public async Task A_recorder_that_does_not_tell_whether_it_can_record_is_not_taken_for_one_that_can(string script, string text)
    {
        string recorder = Executable.Write(_bench.Inside("seccomp-recorder"), $"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n");
        _bench.WriteRule("a.json", Good.Replace("/bin/true", recorder, StringComparison.Ordinal));

        DoctorFinding recording = await OnlyOnceAsync("recording");

        Assert.Equal(
            ("warning", $"whether system calls can be recorded is not known: {recorder} check {text}"), (recording.Severity, recording.Text));
        Assert.StartsWith("run it by hand, and install it anew if that ", recording.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_containerd_that_does_not_answer_is_not_told_that_its_file_is_broken()
    {
        _ = Executable.Write(_bench.Inside("containerd"), "#!/bin/sh\nPATH=/usr/bin:/bin\nexec sleep 100000\n");

        DoctorFinding containerd = Assert.Single(
            DoctorFinding.All(await _host.RunOnceInAsync(_bench.Root, "--json", "--config", _bench.SettingsFile)),
            found => found.Check == "containerd");

        Assert.Equal(
            new DoctorFinding(
                "containerd", "warning",
                $"containerd config dump: {_bench.Inside("containerd")} does not answer: it did not end within 5 s",
                "run it by hand, and this again when it answers"),
            containerd);
    }

    [Fact]
    public async Task A_runtime_that_fails_is_told_with_its_last_words()
    {
        _bench.Set("runtime", Script("case $* in *\" run \"*) echo one >&2; echo no room >&2; exit 5;; *) echo fake 1;; esac"));

        DoctorFinding container = await OnlyAsync("container");

        Assert.Equal("problem", container.Severity);
        Assert.Contains("exit code 5: one | no room", container.Text, StringComparison.Ordinal);
        await _host.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_runtime_that_leaves_hooks_out_is_found_out()
    {
        _bench.Set("runtime", Script("case $* in *) echo fake 1;; esac"));

        Assert.Contains("ran, but its hook did not", (await OnlyAsync("container")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_container_is_cleared_away_when_doctor_is_asked_to_end(string signal, int exitCode)
    {
        string mark = _bench.Inside("started");
        _bench.Set("runtime", Script($"case $* in *\" run \"*) echo >{mark}; exec sleep 1000;; *) echo fake 1;; esac"));
        Task<CommandResult> running = _host.Host.ShellAsync(
            "PATH=/bin \"$1\" doctor --config \"$2\" & echo $! >\"$2.pid\"; wait $!", Repository.HookCtl, _bench.SettingsFile);
        Eventually.True(() => File.Exists(mark), "the container runs");

        _ = (await _host.Host.ShellAsync("kill -s \"$1\" \"$(cat \"$2.pid\")\"", signal, _bench.SettingsFile)).EnsureSuccess();

        Assert.Equal(exitCode, (await running).ExitCode);
        await _host.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{"runtme": "runc"}""", "runtme")]
    [InlineData(null, "no such file or directory")]
    public async Task Settings_that_cannot_be_used_are_a_finding_and_the_rest_is_checked(string? settings, string text)
    {
        File.Delete(_bench.SettingsFile);
        if (settings is not null)
        {
            File.WriteAllText(_bench.SettingsFile, settings);
        }

        CommandResult result = await RunAsync("--json");

        Assert.Equal(1, result.ExitCode);
        DoctorFinding problem = Assert.Single(DoctorFinding.All(result), found => found.Check == "settings");
        Assert.Equal("problem", problem.Severity);
        Assert.StartsWith("no container can be created: ", problem.Text, StringComparison.Ordinal);
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
        Assert.Contains(DoctorFinding.All(result), found => found is { Check: "container", Severity: "ok" });
    }

    [Fact]
    public async Task On_a_terminal_there_is_colour_and_somebody_who_waits_is_told_what_for_unless_it_is_not_wanted()
    {
        _bench.Set("runtime", Script("sleep 1; echo fake 1"));
        string[] commandLine =
            ["env", "TERM=xterm", "PATH=/bin", Repository.HookCtl, "doctor", "--no-container", "--config", _bench.SettingsFile];

        Assert.Contains("\e[", (await _host.Host.RunOnTerminalAsync("", commandLine)).OutputText, StringComparison.Ordinal);
        Assert.Contains("checking runtime ..", (await _host.Host.RunOnTerminalAsync("", commandLine)).OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\e[3", (await _host.Host.RunOnTerminalAsync("", ["env", "NO_COLOR=1", .. commandLine])).OutputText, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(params IEnumerable<string> options) => _host.RunAsync([.. options, "--config", _bench.SettingsFile]);

    private async Task<DoctorFinding> OnlyAsync(string check) =>
        Assert.Single(DoctorFinding.All(await RunAsync("--json")), found => found.Check == check);

    /// <summary>Runs doctor once, for a program that must not answer. Returns a finding.</summary>
    private async Task<DoctorFinding> OnlyOnceAsync(string check) => Assert.Single(
        DoctorFinding.All(await _host.RunOnceAsync("--json", "--config", _bench.SettingsFile)), found => found.Check == check);

    private string Script(string text) => Executable.Write(_bench.Inside("runtime"), "#!/bin/sh\nPATH=/usr/bin:/bin\n" + text + "\n");

    /// <summary>Replaces what differs between machines by names.</summary>
    private static string Controlled(string output)
    {
        string text = output.Replace(Path.GetDirectoryName(Repository.Wrapper)!, "BIN", StringComparison.Ordinal);
        text = Regex.Replace(text, @"runc version [^\s""]+", "runc version VERSION");
        text = Regex.Replace(text, @"/[a-z/]+/runc answers", "RUNC answers");
        text = Regex.Replace(text, @"ran in \d+ ms", "ran in TIME");
        const string Layout =
            @"(?<=cgroups     |""check"": ""cgroups"",\s+""severity"": ""ok"",\s+""text"": "")version [^\n""]+";
        return Regex.Replace(text, Layout, "LAYOUT");
    }
}
