using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests fields of config.json whose type is not the specification's. crun accepts most of them and runc none. A field that a rule needs
/// refuses the container, and the others concern only the runtime.
/// </summary>
public sealed class UnreadableFieldTests : IDisposable
{
    private const string Always = "\"always\":true";

    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>
    /// A configuration, conditions of 1.0.0 that need the field and some that do not, the same of ocihooks/1, and the field.
    /// </summary>
    public static TheoryData<string, string?, string?, string?, string?, string> Fields => new()
    {
        {
            """{"process":{"args":["/init","isatty",0]}}""", null, "\"commands\":[\"init\"]",
            "\"commandLine\":\"*0*\"", "\"commands\":\"/init\"", "process.args[2] is a number"
        },
        {
            """{"process":{"args":[0,"x"],"env":["A=b"]}}""", "\"commands\":[\"^x$\"]", Always,
            "\"commands\":\"x\"", "\"env\":{\"A\":\"b\"}", "process.args[0] is a number"
        },
        {
            """{"process":{"args":"sh","user":{"uid":5}}}""", "\"commands\":[\"sh\"]", Always,
            "\"commands\":\"sh\"", "\"user\":\"5\"", "process.args is a string"
        },
        { """{"process":[]}""", "\"commands\":[\"sh\"]", Always, "\"user\":\"0\"", Always, "process is an array" },
        { """{"process":{"args":["sh"],"env":["A=b",7]}}""", null, "\"commands\":[\"sh\"]", "\"env\":{\"B\":\"b\"}", "\"commands\":\"sh\"", "process.env[1]" },
        { """{"process":{"args":["sh"],"user":{"uid":"0"}}}""", null, "\"commands\":[\"sh\"]", "\"user\":\"0\"", "\"commands\":\"sh\"", "process.user.uid" },
        { """{"process":{"args":["sh"],"user":{"gid":4294967296000000000000}}}""", null, Always, "\"user\":\"0:0\"", Always, "process.user.gid" },
        { """{"annotations":[]}""", "\"annotations\":{\"k\":\"v\"}", Always, "\"annotations\":{\"k\":\"v\"}", Always, "annotations is an array" },
        { """{"annotations":{"k":1,"l":"m"}}""", "\"annotations\":{\"k\":\"v\"}", "\"annotations\":{\"l\":\"m\"}",
          "\"annotations\":{\"k\":\"v\"}", "\"annotations\":{\"l\":\"m\"}", "annotations.k is a number" },
        { """{"mounts":{}}""", "\"hasBindMounts\":true", Always, "\"bindMounts\":true", Always, "mounts is an object" },
        { """{"mounts":[7]}""", "\"hasBindMounts\":true", Always, "\"mounts\":{\"source\":\"/a\"}", Always, "mounts is a number" },
        { """{"mounts":[{"options":"bind"}]}""", "\"hasBindMounts\":true", Always, "\"bindMounts\":false", Always, "mounts.options is a string" },
        { """{"mounts":[{"source":5,"options":["bind"]}]}""", null, "\"hasBindMounts\":true", "\"mounts\":{\"source\":\"*\"}", Always, "mounts.source" },
        { """{"hostname":5}""", null, Always, "\"hostname\":\"5\"", Always, "hostname is a number" },
        { """{"linux":{"namespaces":[{"type":"network","path":5}]}}""", null, Always, "\"network\":\"host\"", Always, "linux.namespaces.path" },
        { """{"linux":{"maskedPaths":"x"}}""", null, Always, "\"privileged\":true", Always, "linux.maskedPaths is a string" },
        { """{"linux":{"resources":{"devices":[{"allow":"x"}]}}}""", null, Always, "\"not\":{\"privileged\":true}", Always, "linux.resources.devices.allow" },
        { """{"linux":[]}""", null, Always, "\"network\":\"host\"", Always, "linux is an array" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void It_refuses_the_container_only_where_a_rule_asks_for_it(
        string config, string? needs, string? needsNot, string? ownNeeds, string? ownNeedsNot, string problem)
    {
        AssertAccepted(config, needsNot is null ? null : WrapperBench.Rule(when: $"{{{needsNot}}}"));
        AssertAccepted(config, ownNeedsNot is null ? null : OwnRule(ownNeedsNot));
        AssertRefused(config, needs is null ? null : WrapperBench.Rule(when: $"{{{needs}}}"), problem);
        AssertRefused(config, ownNeeds is null ? null : OwnRule(ownNeeds), problem);
    }

    /// <summary>The other conditions may decide without the field: any one of 0.1.0, or all of the other formats.</summary>
    [Theory]
    [InlineData("""{"hook":"/bin/true","cmds":["x"],"hasbindmounts":true,"stages":["createRuntime"]}""", true)]
    [InlineData("""{"version":"ocihooks/1","when":{"any":[{"commands":"x"},{"bindMounts":true}]},"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""", true)]
    [InlineData("""{"version":"1.0.0","when":{"commands":["x"],"annotations":{"a":"b"}},"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""", false)]
    [InlineData("""{"version":"ocihooks/1","when":{"commands":"x","hostname":"h"},"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""", false)]
    [InlineData("""{"version":"ocihooks/1","when":{"not":{"any":[{"commands":"x"},{"bindMounts":true}]}},"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""", false)]
    public void What_the_rest_of_a_rule_decides_is_decided(string rule, bool injects)
    {
        File.WriteAllText(_bench.Config, """{"process":{"args":[1]},"mounts":[{"destination":"/d","source":"/s","options":["bind"]}]}""");
        _bench.WriteRule("a.json", rule);

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(injects, _bench.Hooks().ContainsKey("createRuntime"));
    }

    [Theory]
    [InlineData("""{"hooks":[]}""", "hooks is an array")]
    [InlineData("""{"hooks":{"createRuntime":5}}""", "hooks.createRuntime is a number")]
    [InlineData("""{"hooks":{"createRuntime":{}},"Hooks":null}""", "hooks.createRuntime is an object")]
    public void Where_a_hook_cannot_be_added_its_rule_is_told(string config, string problem) =>
        AssertRefused(config, WrapperBench.Rule(), problem);

    [Theory]
    [InlineData("""{"hooks":{"poststop":5}}""", """{"hooks":{"poststop":5,"createRuntime":[{"path":"/bin/true"}]}}""")]
    [InlineData("""{"hooks":{"poststop":5,"poststart":[]}}""", """{"hooks":{"poststop":5,"poststart":[],"createRuntime":[{"path":"/bin/true"}]}}""")]
    public void Lists_that_no_hook_goes_into_may_be_anything(string config, string expected)
    {
        File.WriteAllText(_bench.Config, config);
        _bench.WriteRule("a.json", WrapperBench.Rule());

        _bench.Create().AssertSilentSuccess();

        Assert.Equal(expected, _bench.ConfigText);
    }

    [Theory]
    [InlineData("""{"process":{"env":{}}}""", "\"edits\":{\"env\":[\"A=b\"]}", "process.env in config.json is an object")]
    [InlineData("""{"annotations":[],"process":{}}""", "\"cdiAnnotations\":true", "annotations is an array")]
    [InlineData(
        """{"annotations":5}""",
        "\"hook\":{\"path\":\"/bin/true\",\"env\":{\"A\":\"{{annotation:k|none}}\"}},\"stages\":[\"createRuntime\"]",
        "annotations is a number")]
    public void What_a_rule_edits_or_tells_is_asked_for(string config, string fields, string problem) =>
        AssertRefused(config, $$"""{"version":"ocihooks/1","when":{"always":true},{{fields}}}""", problem);

    private static string OwnRule(string when) =>
        $$"""{"version":"ocihooks/1","when":{ {{when}} },"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""";

    private void AssertAccepted(string config, string? rule)
    {
        if (rule is not null)
        {
            File.WriteAllText(_bench.Config, config);
            _bench.WriteRule("a.json", rule);
            _bench.AssertInjectedOnce(_bench.Create());
            Directory.Delete(_bench.Records, recursive: true);
            _ = Directory.CreateDirectory(_bench.Records);
        }
    }

    private void AssertRefused(string config, string? rule, string problem)
    {
        if (rule is not null)
        {
            File.WriteAllText(_bench.Config, config);
            _bench.WriteRule("a.json", rule);
            _bench.AssertRefused(
                _bench.Create(), 125, Encoding.UTF8.GetBytes(config), $"{_bench.Config}: ", problem, Path.Combine(_bench.Rules, "a.json"));
        }
    }
}
