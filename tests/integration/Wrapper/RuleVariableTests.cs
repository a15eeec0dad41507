using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests a hook's variables with values of the container, and a rule's options for running its hook.</summary>
public sealed class RuleVariableTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public RuleVariableTests() => File.WriteAllText(_bench.Config, """
        {"ociVersion":"1.0.2","root":{"path":"rootfs"},"process":{"args":["/bin/sh"],"cwd":"/"},"hostname":"h",
         "annotations":{"quoted":"it's $(id) `id` \"x\" \\ {{id}}","nul":"a\u0000b","empty":""}}
        """);

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("{{id}}", "c1")]
    [InlineData("a{{id}}b{{hostname}}", "ac1bh")]
    [InlineData("{{engine}}", "plain")]
    [InlineData("{{image|none}}", "none")]
    [InlineData("{{image|}}", "")]
    [InlineData("{{name|a {b} | c}}", "a {b} | c")]
    [InlineData("{{annotation:empty|x}}", "")]
    [InlineData("{{annotation:quoted}}", "it's $(id) `id` \"x\" \\ {{id}}")]
    [InlineData("{{{{id}}", "{{id}}")]
    [InlineData("{ {id}} }", "{ {id}} }")]
    public void What_the_container_is_stands_in_the_value_as_it_is(string value, string expected)
    {
        WriteRule(value);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(["OTHER=x", "V=" + expected], Environment());
    }

    [Fact]
    public void The_stage_is_that_of_each_hook()
    {
        _bench.WriteRule("a.json", """
            {"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true","env":{"V":"at {{stage}}"}},
             "stages":["createRuntime","poststop"]}
            """);

        _bench.Create().AssertSilentSuccess();

        JsonNode hooks = JsonNode.Parse(File.ReadAllText(_bench.Config))!["hooks"]!;
        Assert.All(
            new[] { "createRuntime", "poststop" }, stage => Assert.Equal($"V=at {stage}", hooks[stage]![0]!["env"]![0]!.GetValue<string>()));
    }

    [Fact]
    public void Bundle_and_root_file_system_are_absolute_whatever_the_command_line_says()
    {
        WriteRule("{{bundle}} {{rootfs}}");

        _bench.RunIn(_bench.Root, null, "create", "--bundle", "bundle", "c1").AssertSilentSuccess();

        Assert.Equal($"V={_bench.Bundle} {_bench.Bundle}/rootfs", Environment()[1]);
    }

    [Theory]
    [InlineData("{{image}}", "{{image}}: this container has none, or its engine does not tell it; give a default, such as {{image|unknown}}")]
    [InlineData("{{label:a b}}", "{{label:a b}}: this container has none")]
    [InlineData("{{annotation:nul}}", "{{annotation:nul}} holds a NUL character")]
    public void What_is_absent_refuses_the_container(string value, string told)
    {
        WriteRule(value);

        CommandResult result = _bench.Create();

        Assert.Equal(125, result.ExitCode);
        Assert.All(
            [$"{_bench.Config}: hook.env.V: ", told, $"(rule {_bench.Rules}/a.json)"],
            text => Assert.Contains(text, result.ErrorText, StringComparison.Ordinal));
        Assert.Empty(_bench.Calls);
    }

    [Fact]
    public void A_rule_that_is_for_other_containers_asks_nothing()
    {
        _bench.WriteRule("a.json", """
            {"version":"ocihooks/1","when":{"always":false},"hook":{"path":"/bin/true","env":{"V":"{{image}}"}},"stages":["poststop"]}
            """);

        _bench.Create().AssertSilentSuccess();
    }

    [Theory]
    [InlineData(false, """ "onFailure":"continue" """, "--on-failure=continue")]
    [InlineData(true, """ "onFailure":"continue" """, "--on-failure=continue")]
    [InlineData(true, """ "log":"debug" """, "--log-level=debug")]
    [InlineData(false, """ "supervise":true """, "--on-failure=abort")]
    public void A_rule_has_its_hook_run_as_it_says(bool supervise, string policy, string option)
    {
        _bench.Set("supervise", supervise);
        WriteRule("x", policy);

        _bench.Create().AssertSilentSuccess();

        Assert.Contains(option, Words("args"));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(7, null, 7)]
    [InlineData(7, 3, 3)]
    [InlineData(null, 3, 3)]
    public void A_rule_can_do_without_the_supervisor_but_not_without_the_ceiling(int? timeout, int? ceiling, int? expected)
    {
        _bench.Set("supervise", true);
        _bench.Set("hookTimeoutCeiling", ceiling);
        _bench.WriteRule("a.json", new JsonObject
        {
            ["version"] = "ocihooks/1",
            ["when"] = new JsonObject { ["always"] = true },
            ["hook"] = timeout is null
                ? new JsonObject { ["path"] = "/bin/true" }
                : new JsonObject { ["path"] = "/bin/true", ["timeout"] = timeout },
            ["stages"] = new JsonArray("createRuntime"),
            ["supervise"] = false,
        }.ToJsonString());

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(expected is null ? """{"path":"/bin/true"}""" : $$"""{"path":"/bin/true","timeout":{{expected}}}""", Hook());
    }

    [Fact]
    public void The_pid_is_left_to_the_supervisor_which_hookctl_inject_may_not_have()
    {
        WriteRule("{{pid}}");
        string settings = _bench.SettingsFile;

        CommandResult refused = new Command(Repository.HookCtl, "inject", "--config", settings, _bench.Bundle).Run();
        _bench.Create().AssertSilentSuccess();

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("hook.env.V is {{pid}}, which only a supervisor can put in; use --supervise", refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal(["OTHER=x", "V="], Environment());
        Assert.Contains("--pid-variable=V", Words("args"));
    }

    private void WriteRule(string value, string policy = """ "order":0 """) => _bench.WriteRule("a.json", $$"""
        {"version":"ocihooks/1","when":{"always":true},"stages":["createRuntime"],{{policy}},
         "hook":{"path":"/bin/true","env":{"OTHER":"x","V":{{JsonValue.Create(value).ToJsonString()}} } } }
        """);

    private string Hook() => _bench.Hooks()["createRuntime"].Single();

    private string[] Environment() => Words("env");

    private string[] Words(string name) =>
        [.. JsonDocument.Parse(Hook()).RootElement.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];
}
