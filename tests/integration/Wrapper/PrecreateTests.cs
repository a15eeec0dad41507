using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests precreate programs, which filter config.json before the runtime reads it.</summary>
public sealed class PrecreateTests : IDisposable
{
    private const string Original =
        """{ "ociVersion" : "1.0.2", "root":{"path":"rootfs"}, "process":{"args":["/bin/sh"],"cwd":"/"}, "hostname": "before" }""";

    private readonly WrapperBench _bench = new();

    public PrecreateTests()
    {
        File.WriteAllText(_bench.Config, Original);
        _bench.Set("log", new JsonObject { ["journald"] = false, ["file"] = LogFile });
    }

    private string LogFile => Path.Combine(_bench.Root, "log");

    private JsonNode[] Events => [.. File.ReadAllLines(LogFile).Select(line => JsonNode.Parse(line)!)];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Programs_run_in_order_and_the_runtime_gets_what_the_last_one_prints()
    {
        WriteRule("b.json", "sed s/middle/after/");
        WriteRule("a.json", "sed s/before/middle/", ""","order":-1""");
        _bench.WriteRule("c.json", WrapperBench.Rule());

        _bench.Create().AssertSilentSuccess();

        string expected = Original.Replace(
            "\"before\"", """ "after","hooks":{"createRuntime":[{"path":"/bin/true"}]}""".TrimStart(), StringComparison.Ordinal);
        Assert.Equal(expected, _bench.ConfigText);
        Assert.Equal(_bench.ConfigText, _bench.Calls.Single().Config);
    }

    [Fact]
    public void Edits_are_made_in_what_the_programs_print_and_all_is_undone()
    {
        WriteRule("a.json", "sed s/before/after/");
        _bench.WriteRule("b.json", """
            {"version": "ocihooks/1", "when": {"always": true}, "edits": {"env": ["A=1"], "hooks": [{"hookName": "poststop", "path": "/bin/true"}]}}
            """);

        _bench.Create().AssertSilentSuccess();

        JsonNode config = JsonNode.Parse(_bench.ConfigText)!;
        Assert.Equal("after", (string?)config["hostname"]);
        Assert.Equal("A=1", (string?)config["process"]!["env"]![0]);
        Assert.Equal("/bin/true", (string?)config["hooks"]!["poststop"]![0]!["path"]);
        string first = _bench.ConfigText;
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(first, _bench.ConfigText);
        _ = new Command(Repository.HookCtl, "eject", _bench.Bundle).Run().EnsureSuccess();
        Assert.Equal(Original, _bench.ConfigText);
    }

    /// <summary>
    /// The changed text is as long as the injected one. It misses no insertion, because the program only removed text.
    /// </summary>
    [Fact]
    public void What_it_took_out_is_put_back_only_where_it_was()
    {
        File.WriteAllText(_bench.Config, Original.Replace(" \"hostname\"", " \"domainname\":\"ccc\", \"hostname\"", StringComparison.Ordinal));
        WriteRule("a.json", "sed 's/, .hostname.: .before.//'");
        _bench.Create().AssertSilentSuccess();
        string changed = _bench.ConfigText.Replace("rootfs", "root", StringComparison.Ordinal).Replace("ccc", "ccccc", StringComparison.Ordinal);
        Assert.Equal(_bench.ConfigText.Length, changed.Length);
        File.WriteAllText(_bench.Config, changed);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(changed, _bench.ConfigText);
    }

    [Fact]
    public void Edits_beside_it_are_taken_out_also_if_others_have_changed_the_rest()
    {
        WriteRule("a.json", "sed s/before/after/");
        _bench.WriteRule("b.json", """{"version": "ocihooks/1", "when": {"always": true}, "edits": {"env": ["NEW=1"]}}""");
        _bench.Create().AssertSilentSuccess();
        File.WriteAllText(_bench.Config, _bench.ConfigText.Replace("\"cwd\":\"/\"", "\"cwd\":\"/tmp\"", StringComparison.Ordinal));
        _bench.WriteRule("b.json", """{"version": "ocihooks/1", "when": {"always": true}, "edits": {"env": ["NEW=2"]}}""");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal("""["NEW=2"]""", JsonNode.Parse(_bench.ConfigText)!["process"]!["env"]!.ToJsonString());
    }

    [Fact]
    public void Its_change_is_undone_to_the_byte()
    {
        WriteRule("a.json", "tr -d ' ' | sed s/before/a-longer-name/");
        _bench.WriteRule("c.json", WrapperBench.Rule());
        _bench.Create().AssertSilentSuccess();
        string first = _bench.ConfigText;
        DateTime written = File.GetLastWriteTimeUtc(_bench.Config);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal((first, written), (_bench.ConfigText, File.GetLastWriteTimeUtc(_bench.Config)));
        Assert.Contains("a-longer-name", first, StringComparison.Ordinal);
        _ = new Command(Repository.HookCtl, "eject", _bench.Bundle).Run().EnsureSuccess();
        Assert.Equal(Original, _bench.ConfigText);
    }

    [Fact]
    public void One_that_prints_the_same_costs_no_write()
    {
        DateTime written = File.GetLastWriteTimeUtc(_bench.Config);
        WriteRule("a.json", "cat");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal((Original, written), (_bench.ConfigText, File.GetLastWriteTimeUtc(_bench.Config)));
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }

    [Fact]
    public void It_runs_in_the_bundle_with_the_wrappers_environment_and_no_other_descriptors()
    {
        string seen = Path.Combine(_bench.Root, "seen");
        WriteRule("a.json", $"ls /proc/self/fd | paste -sd, - >{seen}; pwd >>{seen}; echo $FROM_ENGINE >>{seen}; grep SigIgn /proc/self/status >>{seen}; cat");

        CommandResult result = _bench.RunIn(
            _bench.Root, [.. Command.InheritedEnvironment, "FROM_ENGINE=yes"], "create", "--bundle", _bench.Bundle, "c1");

        result.AssertSilentSuccess();
        string[] lines = File.ReadAllLines(seen);
        string own = new Command("grep", "SigIgn", "/proc/self/status").Run().OutputText;
        Assert.Equal(["0,1,2,3", _bench.Bundle, "yes", own.TrimEnd()], lines);
    }

    [Fact]
    public void Hooks_are_chosen_by_the_configuration_as_the_engine_wrote_it()
    {
        WriteRule("a.json", "sed s/before/after/");
        _bench.WriteRule("b.json", Rule("createRuntime", "true", when: """{"hostname":"before"}"""));
        _bench.WriteRule("c.json", Rule("poststop", "true", when: """{"hostname":"after"}"""));

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(["createRuntime"], _bench.Hooks().Keys);
    }

    [Theory]
    [InlineData("echo no", "is not valid JSON (line 1, column 2)")]
    [InlineData("true", "is empty")]
    [InlineData("echo '{}'", "it has no ociVersion")]
    [InlineData("echo '[]'", "is an array")]
    [InlineData("echo null", "it is no object")]
    [InlineData("""echo '{\"ociVersion\":\"1.0.2\"}'""", "it has no root.path")]
    [InlineData("""echo '{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":1}}'""", "root.path is a number")]
    [InlineData("""echo '{\"ociVersion\":\"1\",\"root\":{\"path\":\"r\"},\"mounts\":7}'""", "mounts is a number")]
    [InlineData("echo mine; echo one >&2; echo two >&2; exit 3", "failed with exit code 3", "having written: one | two")]
    [InlineData("kill -SEGV $$", "was ended by SIGSEGV")]
    [InlineData("exec /no/such", "failed with exit code 127")]
    public void A_container_is_refused_whose_configuration_is_not_one(string script, params string[] told)
    {
        WriteRule("a.json", script);

        CommandResult result = _bench.Create();

        Assert.Equal((125, ""), (result.ExitCode, result.OutputText));
        Assert.All(
            [_bench.Config, "precreate hook /bin/sh", Path.Combine(_bench.Rules, "a.json"), .. told],
            text => Assert.Contains(text, result.ErrorText, StringComparison.Ordinal));
        Assert.Equal(Original, _bench.ConfigText);
        Assert.Empty(_bench.Calls);
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }

    [Theory]
    [InlineData("echo no", "printed what is no configuration")]
    [InlineData("sed s/before/bad/; exit 3", "failed with exit code 3")]
    public void One_that_may_fail_is_left_out(string script, string told)
    {
        WriteRule("a.json", script, ""","onFailure":"continue" """);
        WriteRule("b.json", "sed s/before/after/");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(Original.Replace("before", "after", StringComparison.Ordinal), _bench.ConfigText);
        Assert.Contains(Events, entry => (string)entry["level"]! == "error" && ((string)entry["message"]!).Contains(told, StringComparison.Ordinal)
            && (string)entry["ocihooksStage"]! == "precreate" && (string)entry["containerId"]! == "c1");
    }

    [Fact]
    public void One_that_hangs_is_ended_with_all_its_descendants()
    {
        _bench.Set("hookKillGrace", 0.2);
        string ready = Path.Combine(_bench.Root, "ready");
        using var mark = new HookMark();

        CommandResult result = ShortTimeout.Find(1, HangFor, _ => File.Exists(ready));

        Assert.Equal(125, result.ExitCode);
        mark.AssertNoProcesses();

        CommandResult HangFor(double seconds)
        {
            WriteRule("a.json", $"trap '' TERM; setsid sleep 100000 & echo >{ready}; wait; sleep 100000", timeout: (int)seconds);
            CommandResult result = _bench.RunIn(
                _bench.Root, [.. Command.InheritedEnvironment, mark.Entry], "create", "--bundle", _bench.Bundle, "c1");
            Assert.Contains($"ran past its timeout of {seconds} s", result.ErrorText, StringComparison.Ordinal);
            return result;
        }
    }

    [Fact]
    public void A_daemon_that_it_leaves_holds_nothing_up()
    {
        string pid = Path.Combine(_bench.Root, "pid");
        WriteRule("a.json", $"cat; setsid sleep infinity 2>/dev/null & echo $! >{pid}");

        _bench.Create().AssertSilentSuccess();

        _ = new Command("kill", File.ReadAllText(pid).Trim()).Run().EnsureSuccess();
    }

    [Fact]
    public void A_large_configuration_passes_through()
    {
        string annotations = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"key{i}\":\"value\""));
        string large = Original.Replace("\"hostname\"", $"\"annotations\":{{{annotations}}},\"hostname\"", StringComparison.Ordinal);
        File.WriteAllText(_bench.Config, large);
        WriteRule("a.json", "sed s/before/after/");

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(large.Replace("before", "after", StringComparison.Ordinal), _bench.ConfigText);
    }

    [Fact]
    public void Its_run_is_logged_as_that_of_a_hook()
    {
        WriteRule("a.json", "echo hello >&2; cat");

        _bench.Create().AssertSilentSuccess();

        JsonNode run = Events.Single(entry => (string?)entry["ocihooksStage"] == "precreate");
        Assert.Equal(("information", "c1", _bench.Bundle, "/bin/sh", "hello", 0), (
            (string?)run["level"], (string?)run["containerId"], (string?)run["ocihooksBundle"], (string?)run["ocihooksHook"],
            (string?)run["ocihooksStderr"], (int)run["ocihooksExitCode"]!));
    }

    [Fact]
    public void Hookctl_inject_runs_it_and_explain_does_not()
    {
        string ran = Path.Combine(_bench.Root, "ran");
        WriteRule("a.json", $"echo x >>{ran}; sed s/before/after/");

        CommandResult explained = new Command(Repository.HookCtl, "explain", "--config", _bench.SettingsFile, _bench.Bundle).Run().EnsureSuccess();

        Assert.Contains("precreate programs are run at a create only", explained.OutputText, StringComparison.Ordinal);
        Assert.Contains("─ precreate", explained.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(ran));
        _ = new Command(Repository.HookCtl, "inject", "--config", _bench.SettingsFile, _bench.Bundle).Run().EnsureSuccess();
        Assert.Equal(Original.Replace("before", "after", StringComparison.Ordinal), _bench.ConfigText);
        Assert.Equal("x\n", File.ReadAllText(ran));
    }

    private void WriteRule(string name, string script, string more = "", int timeout = 600) =>
        _bench.WriteRule(name, Rule("precreate", script, more, timeout: timeout));

    private static string Rule(string stage, string script, string more = "", string when = """{"always":true}""", int timeout = 600) =>
        $$"""
        {"version":"ocihooks/1","when":{{when}},"stages":["{{stage}}"]{{more}},
         "hook":{"path":"/bin/sh","args":["sh","-c","{{script}}"],"timeout":{{timeout}} } }
        """;
}
