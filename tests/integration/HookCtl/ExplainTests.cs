using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl explain</c> of bundles.</summary>
public sealed class ExplainTests : IDisposable
{
    private const string Rule = """
        {"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["createRuntime","poststop"]}
        """;

    private readonly HookCtlBench _bench = new();

    public ExplainTests()
    {
        Bundle = Directory.CreateDirectory(_bench.Inside("bundle")).FullName;
        _bench.Set("log", new JsonObject { ["journald"] = false });
    }

    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "samples"))
            .Select(file => Path.GetFileName(file))
            .Where(name => name is not ("docker-config.v2.json" or "docker-hostconfig.json"))];

    private string Bundle { get; }

    private string Config => Path.Combine(Bundle, "config.json");

    public void Dispose()
    {
        _ = new Command("chmod", "-R", "u+rwX", _bench.Root).Run();
        _bench.Dispose();
    }

    [Theory]
    [InlineData("explain-docker.txt", "docker-config.json", "--diff")]
    [InlineData("explain-docker.json", "docker-config.json", "--diff", "--json")]
    [InlineData("explain-cri.txt", "cri-container.json")]
    public void Each_condition_is_told_and_each_hook_that_results(string golden, string sample, params string[] options)
    {
        _bench.WriteRule("a.json", """
            {"version":"1.0.0","hook":{"path":"/bin/true","args":["true","--now"],"timeout":5},
             "when":{"annotations":{"container-type$":"^container$"},"commands":["^/bin/bash$","(sh|echo)$"]},
             "stages":["prestart","poststop"]}
            """);
        _bench.WriteRule("b.json", """
            {"hook":"/bin/true","stages":["poststart","startContainer"],"cmds":["x"],"hasbindmounts":true}
            """);
        _bench.WriteRule("c.json", """
            {"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":false,"commands":["x"]},"stages":["poststop"]}
            """);
        _bench.WriteRule("d.json", """{"version":"1.0.0","hook":{"path":"/no/such"},"when":{"always":true},"stages":["poststop"]}""");
        File.Copy(Repository.Sample(sample), Config);

        CommandResult result = _bench.Run(["explain", "bundle", .. options.Select(option => (ByteString)option)]);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, result.OutputText.Replace(Repository.Wrapper, "WRAPPER", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_is_foretold_is_what_the_wrapper_does(string sample)
    {
        _bench.WriteRule("a.json", Rule);
        File.Copy(Repository.Sample(sample), Config);
        string before = File.ReadAllText(Config);

        JsonNode told = Explain(Config);

        Assert.Equal(before, File.ReadAllText(Config));
        Assert.Equal([Config], Directory.GetFileSystemEntries(Bundle));
        Create();
        Assert.Equal(HooksOf(JsonNode.Parse(File.ReadAllText(Config))!["hooks"]!.AsObject()), Told(told));
        Assert.Equal(["createRuntime", "poststop"], Added(told));
    }

    [Fact]
    public void A_patched_bundle_is_explained_as_the_engine_wrote_it()
    {
        _bench.WriteRule("a.json", Rule);
        File.Copy(Repository.Sample("docker-config.json"), Config);
        JsonNode before = Explain(Bundle);
        Create();

        JsonNode same = Explain(Bundle);
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        JsonNode changed = Explain(Bundle);
        CommandResult text = _bench.Run("explain", Bundle, "--diff");

        Assert.Equal((false, false), (Flag(before, "injected"), Flag(before, "upToDate")));
        Assert.Equal((true, true), (Flag(same, "injected"), Flag(same, "upToDate")));
        Assert.Equal(before["hooks"]!.ToJsonString(), same["hooks"]!.ToJsonString());
        Assert.Equal((true, false), (Flag(changed, "injected"), Flag(changed, "upToDate")));
        Assert.Empty(Added(changed));
        Assert.EndsWith(
            "others than the rules and settings would give now\nconfig.json would stay as it is\n",
            text.OutputText,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Supervised_hooks_that_no_record_tells_of_are_pointed_out()
    {
        _bench.WriteRule("a.json", Rule);
        File.Copy(Repository.Sample("docker-config.json"), Config);
        Create();
        File.Delete(Config + ".ocihooks");

        Assert.True(Flag(Explain(Bundle), "unrecorded"));
    }

    [Fact]
    public void What_a_container_says_cannot_write_to_the_terminal()
    {
        _bench.WriteRule("a.json", Rule.Replace("\"always\":true", "\"commands\":[\"x\"]", StringComparison.Ordinal));
        File.WriteAllText(Config, """{"process":{"args":["\u001b[31mred\nline"]}}""");

        Assert.Contains(
            "held against \u241B[31mred\u240Aline\n", _bench.Run("explain", Bundle).EnsureSuccess().OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "broken: ", "a create would be refused: the hook rules cannot be used")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"commands":["x"]},"stages":["poststop"]}""",
        "cannot be decided: process.args is empty", "a create would be refused: process.args is empty")]
    public void A_rule_that_refuses_creates_is_a_problem(string rule, string inTree, string reason)
    {
        _bench.WriteRule("a.json", rule);
        File.WriteAllText(Config, """{"process":{"args":[]}}""");

        CommandResult result = _bench.Run("explain", Bundle);

        Assert.Equal((1, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains(inTree, result.OutputText, StringComparison.Ordinal);
        Assert.Contains(reason, result.OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("[]", "the file is an array; it must be an object")]
    [InlineData(null, "cannot be opened: no such file or directory")]
    public void A_bundle_without_a_configuration_fails(string? config, string message)
    {
        if (config is not null)
        {
            File.WriteAllText(Config, config);
        }

        CommandResult result = _bench.Run("explain", Bundle);

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith($"hookctl: {Config}: {message}", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_no_bundle()
    {
        _ = new Command("mkfifo", Config).Run().EnsureSuccess();

        Assert.Equal(3, _bench.Run("explain", Bundle).ExitCode);
    }

    [Fact]
    public void What_is_not_found_is_told_with_where_it_was_looked_for()
    {
        CommandResult result = _bench.Run("explain", "no-such-container");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("no container in ", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Another_user_can_have_a_bundle_explained_that_he_may_read_but_not_what_was_injected_into_it()
    {
        _bench.WriteRule("a.json", Rule);
        File.Copy(Repository.Sample("docker-config.json"), Config);
        string program = Executable.Copy(Repository.HookCtl, _bench.Inside("hookctl"));
        _ = new Command("chmod", "-R", "a+rX", _bench.Root).Run().EnsureSuccess();

        CommandResult fresh = RunAsNobody(program);
        Create();
        _ = new Command("chmod", "a+r", Config).Run().EnsureSuccess();
        CommandResult patched = RunAsNobody(program);

        Assert.Equal((0, ""), (fresh.ExitCode, fresh.ErrorText));
        Assert.Contains("/bin/true (by ", fresh.OutputText, StringComparison.Ordinal);
        Assert.Equal(3, patched.ExitCode);
        Assert.Contains("config.json.ocihooks: may not be read", patched.ErrorText, StringComparison.Ordinal);
    }

    private CommandResult RunAsNobody(string program) => new Command(
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "explain", Bundle, "--config", _bench.SettingsFile).Run();

    private JsonNode Explain(string bundle) => JsonNode.Parse(_bench.Run("explain", bundle, "--json").EnsureSuccess().Output)!;

    private void Create()
    {
        _bench.Set("runtime", "/bin/true");
        _ = new Command(Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "create", "--bundle", Bundle, "c1").Run().EnsureSuccess();
    }

    private static bool Flag(JsonNode report, string name) => report[name]!.GetValue<bool>();

    private static List<string> Told(JsonNode report) =>
        [.. report["hooks"]!.AsArray().Select(hook => $"{hook!["stage"]} {hook["supervisor"] ?? hook["path"]}")];

    private static List<string> Added(JsonNode report) =>
        [.. report["hooks"]!.AsArray().Where(hook => hook!["rule"] is not null).Select(hook => hook!["stage"]!.GetValue<string>())];

    private static List<string> HooksOf(JsonObject hooks)
    {
        string[] order = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
        return
        [
            .. hooks.OrderBy(stage => Array.IndexOf(order, stage.Key))
                .SelectMany(stage => stage.Value!.AsArray().Select(hook => $"{stage.Key} {hook!["path"]}")),
        ];
    }
}
