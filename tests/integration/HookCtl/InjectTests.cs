using System.Text.Json.Nodes;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl inject</c>.</summary>
public sealed class InjectTests : IDisposable
{
    private readonly BundleBench _bench = new();

    public static TheoryData<string> Samples => BundleBench.Samples;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("inject.txt")]
    [InlineData("inject.json", "--json")]
    public void It_tells_each_hook_that_it_injected_and_what_was_left_out(string golden, params string[] options)
    {
        _bench.WriteRule("a.json", "prestart");
        _bench.WriteRule("b.json", "poststop", "/bin/false", "false", "--now");
        _bench.WriteRule("c.json", "poststop", "/no/such/program");
        _bench.HookCtl.WriteRule("d.json", WrapperBench.Rule(when: """{"commands":["^/no/such$"]}"""));

        CommandResult result = _bench.Inject(options);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.HookCtl.AssertGolden(golden, result.OutputText);
        _bench.HookCtl.AssertGolden("inject-config.json", _bench.ConfigText);
    }

    [Fact]
    public void A_bundle_and_its_configuration_mean_the_same()
    {
        _bench.WriteRule();
        string byBundle = _bench.Inject("--dry-run").EnsureSuccess().OutputText;

        Assert.Equal(byBundle, _bench.HookCtl.Run("inject", _bench.Config, "--dry-run").EnsureSuccess().OutputText);
        Assert.Equal(byBundle, _bench.HookCtl.Run("inject", "bundle", "--dry-run").EnsureSuccess().OutputText);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void An_engine_s_configuration_gains_a_hook_nothing_else_and_gets_its_bytes_back(string sample)
    {
        byte[] before = File.ReadAllBytes(Repository.Sample(sample));
        File.WriteAllBytes(_bench.Config, before);
        _bench.WriteRule();

        _ = _bench.Inject().EnsureSuccess();
        _bench.AssertOnlyHooksDiffer(before);
        Assert.Equal("/bin/true", _bench.Hooks["createRuntime"]!.AsArray()[^1]!["path"]!.GetValue<string>());

        _ = _bench.Eject().EnsureSuccess();
        Assert.Equal(BundleBench.Latin1(before), BundleBench.Latin1(File.ReadAllBytes(_bench.Config)));
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }

    [Fact]
    public void What_the_wrapper_would_inject_is_what_is_injected_with_supervision_and_without()
    {
        using var wrapper = new WrapperBench();
        wrapper.WriteRule("a.json", WrapperBench.Rule("poststop"));
        foreach (bool supervise in new[] { true, false })
        {
            wrapper.Set("supervise", supervise);
            wrapper.Create().AssertSilentSuccess();
            string wrappers = wrapper.ConfigText;
            File.WriteAllBytes(wrapper.Config, WrapperBench.MinimalConfig);

            ByteString[] options = supervise ? ["--supervise", "--supervisor", Repository.Wrapper] : [];
            _ = new Command(Repository.HookCtl, ["inject", wrapper.Bundle, "--config", wrapper.SettingsFile, .. options]).Run().EnsureSuccess();

            Assert.Equal(wrappers, wrapper.ConfigText);
        }
    }

    [Theory]
    [InlineData("""{"createRuntime":[{"path":"/own"},{"path":"/h","args":["/h"]}]}""", "--stage", "createRuntime", "--hook", "/h")]
    [InlineData(
        """{"createRuntime":[{"path":"/h","args":["/h"]},{"path":"/own"}]}""",
        "--stage", "createRuntime", "--hook", "/h", "--first")]
    [InlineData(
        """{"createRuntime":[{"path":"/own"}],"prestart":[{"path":"/h","args":["/h"]}],"poststop":[{"path":"/h","args":["/h"]}]}""",
        "--stage", "prestart", "--stage", "poststop", "--hook", "/h")]
    [InlineData(
        """{"createRuntime":[{"path":"/own"},{"path":"/h","args":["/h","x","--y"],"env":["A=b","C="],"timeout":10}]}""",
        "--stage", "createRuntime", "--hook", "/h", "--arg", "x", "--arg=--y", "--env", "A=b", "--env", "C=", "--timeout", "10")]
    public void A_hook_that_is_given_is_injected_whatever_the_rules_say(string hooks, params string[] options)
    {
        _bench.HookCtl.WriteRule("a.json", "{");
        _bench.ConfigText = """{"hooks":{"createRuntime":[{"path":"/own"}]}}""";

        _ = _bench.Inject(options).EnsureSuccess();

        Assert.Equal(hooks, _bench.Hooks.ToJsonString());
    }

    [Fact]
    public void A_supervisor_is_the_runc_wrap_beside_hookctl_and_else_the_one_of_the_search_path_and_else_the_package_s()
    {
        ByteString[] options = ["--stage", "poststop", "--hook", "/h", "--supervise", "--config", _bench.HookCtl.SettingsFile];
        string beside = Directory.CreateDirectory(_bench.HookCtl.Inside("beside")).FullName;
        string inPath = Directory.CreateDirectory(_bench.HookCtl.Inside("path")).FullName;
        string hookCtl = Executable.Copy(Repository.HookCtl, Path.Combine(beside, "hookctl"));
        _ = Executable.Copy("/bin/true", Path.Combine(inPath, "runc-wrap"));

        Assert.Equal("/usr/bin/runc-wrap", Supervisor("PATH=relative:"));
        Assert.Equal(Path.Combine(inPath, "runc-wrap"), Supervisor($"PATH=relative:{inPath}"));
        File.WriteAllText(Path.Combine(beside, "runc-wrap"), "not executable");
        Assert.Equal(Path.Combine(inPath, "runc-wrap"), Supervisor($"PATH={inPath}"));
        _ = Executable.Copy("/bin/true", Path.Combine(beside, "runc-wrap"));
        Assert.Equal(Path.Combine(beside, "runc-wrap"), Supervisor($"PATH={inPath}"));

        string Supervisor(string environment)
        {
            _ = new Command(hookCtl, ["inject", _bench.Bundle, .. options]) { Environment = [environment] }.Run().EnsureSuccess();
            JsonNode entry = _bench.Hooks["poststop"]![0]!;
            Assert.StartsWith(
                """["ocihooks-supervisor","--stage=poststop","--rule=hookctl inject",""", entry["args"]!.ToJsonString(), StringComparison.Ordinal);
            return entry["path"]!.GetValue<string>();
        }
    }

    [Fact]
    public void A_second_inject_replaces_the_first()
    {
        _bench.WriteRule();
        _ = _bench.Inject().EnsureSuccess();
        string byRules = _bench.ConfigText;

        JsonNode report = JsonNode.Parse(_bench.Inject("--stage", "poststop", "--hook", "/h", "--json").EnsureSuccess().Output)!;
        Assert.Equal("""{"poststop":[{"path":"/h","args":["/h"]}]}""", _bench.Hooks.ToJsonString());
        Assert.Equal("/bin/true", Assert.Single(report["replaced"]!.AsArray())!["path"]!.GetValue<string>());

        _ = _bench.Inject().EnsureSuccess();
        Assert.Equal(byRules, _bench.ConfigText);
        string before = _bench.Listing;
        Assert.Contains("\"written\": false", _bench.Inject("--json").EnsureSuccess().OutputText, StringComparison.Ordinal);
        Assert.Equal(before, _bench.Listing);
    }

    [Fact]
    public void With_no_rule_for_it_the_first_configuration_comes_back()
    {
        Assert.Equal("nothing to inject\n", _bench.Inject().EnsureSuccess().OutputText);
        _ = _bench.Inject("--stage", "poststop", "--hook", "/h").EnsureSuccess();

        Assert.Equal("nothing to inject\ntook out poststop /h\n", _bench.Inject().EnsureSuccess().OutputText);
        Assert.Equal(BundleBench.MinimalConfig, _bench.ConfigText);
        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void Programs_of_precreate_are_told_of()
    {
        _bench.ConfigText = """{"ociVersion":"1.0.2","root":{"path":"rootfs"},"process":{"args":["/bin/sh"],"cwd":"/"}}""";
        _bench.HookCtl.WriteRule("a.json", """
            { "version": "ocihooks/1", "when": { "always": true }, "stages": ["precreate"],
              "hook": { "path": "/bin/sed", "args": ["sed", "s/1.0.2/1.0.2-x/"], "timeout": 600 } }
            """);

        CommandResult result = _bench.Inject().EnsureSuccess();

        Assert.StartsWith("ran precreate /bin/sed (", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("1.0.2-x", _bench.ConfigText, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_to_be_trusted_and_used_all_the_same_is_told()
    {
        _bench.WriteRule();
        string rule = Path.Combine(_bench.HookCtl.Rules, "a.json");
        _ = new Command("chmod", "g+w", rule).Run().EnsureSuccess();
        _bench.HookCtl.Set("trust", "warn");

        CommandResult result = _bench.Inject().EnsureSuccess();

        Assert.Contains("is not to be trusted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"chmod go-w {rule}", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_prints_the_result_and_writes_nothing()
    {
        _bench.WriteRule();
        string before = _bench.Listing;
        CommandResult dry = _bench.Inject("--dry-run");
        Assert.Equal((0, "", before), (dry.ExitCode, dry.ErrorText, _bench.Listing));

        _ = _bench.Inject().EnsureSuccess();
        Assert.Equal(dry.OutputText, _bench.ConfigText);

        string injected = _bench.Listing;
        Assert.Equal(BundleBench.MinimalConfig, _bench.Eject("--dry-run").EnsureSuccess().OutputText);
        Assert.Equal(injected, _bench.Listing);
    }

    [Fact]
    public void A_dry_run_is_byte_for_byte_where_the_text_is_not_utf_8_and_no_output_is_lost()
    {
        byte[] config = [.. "{\"a\":\"\\ud800 é\", \"filling\":\""u8, .. new byte[300_000].Select(_ => (byte)'x'), .. "\" }\r\n\n"u8];
        File.WriteAllBytes(_bench.Config, config);

        Assert.Equal(config, _bench.Inject("--dry-run").EnsureSuccess().Output);
    }

    [Fact]
    public void Many_at_once_inject_once()
    {
        for (int i = 0; i < 3; i++)
        {
            _bench.WriteRule($"{i}.json");
        }

        CommandResult[] results = ManyAtOnce.Run(60, 10, i => i % 3 == 2 ? _bench.Eject() : _bench.Inject());
        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.ErrorText)));

        _ = _bench.Inject().EnsureSuccess();
        Assert.Equal(3, _bench.Hooks["createRuntime"]!.AsArray().Count);
        _ = _bench.Eject().EnsureSuccess();
        Assert.Equal(BundleBench.MinimalConfig, _bench.ConfigText);
        Assert.Equal([_bench.Config], Directory.GetFileSystemEntries(_bench.Bundle));
    }
}
