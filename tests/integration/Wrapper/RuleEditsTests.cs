using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the edits of rules besides hooks, as the runtime finds them.</summary>
public sealed class RuleEditsTests : IDisposable
{
    private const string Whole = """
        {
          "ociVersion": "1.0.2",
          "process": { "args": ["/bin/sh"], "cwd": "/", "env": ["PATH=/bin", "A=1"], "user": {"uid": 0, "gid": 0, "additionalGids": [10]} },
          "mounts": [ {"destination": "/proc", "type": "proc", "source": "proc"},
                      {"destination": "/data/in", "type": "bind", "source": "/srv", "options": ["rbind"]} ],
          "annotations": {"k": "v"},
          "linux": { "resources": {"devices": [{"allow": false, "access": "rwm"}]}, "devices": [], "seccomp": {"defaultAction": "SCMP_ACT_LOG"} }
        }

        """;

    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("""{"process":{"args":["sh"]},"linux":{"Seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}""")]
    [InlineData("""{"process":{"args":["sh"]},"linux":{"seccomp":{},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}""")]
    public void A_profile_that_runtimes_read_differently_is_refused_with_the_bundle_and_the_rule(string config)
    {
        File.WriteAllText(_bench.Config, config);
        _bench.WriteRule("edits.json", """
            {"version": "ocihooks/1", "when": {"always": true}, "edits": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO"}}, "onConflict": "replace"}
            """);

        _bench.AssertRefused(_bench.Create(), 125, System.Text.Encoding.UTF8.GetBytes(config), _bench.Config, "linux.seccomp stands in config.json twice");
    }

    [Fact]
    public void Edits_are_made_where_the_runtime_looks_for_them_and_nothing_else_changes()
    {
        string config = Create(Whole, Edits("""
            "env": ["B=2"],
            "mounts": [{"hostPath": "/tmp", "containerPath": "/data", "options": ["ro"]}],
            "deviceNodes": [{"path": "/dev/kvm2", "hostPath": "/dev/null"}],
            "additionalGids": [10, 44],
            "annotations": {"k2": "v\"2"}
            """));

        Assert.Equal(
            Whole
                .Replace("\"A=1\"", "\"A=1\",\"B=2\"", StringComparison.Ordinal)
                .Replace("[10]", "[10,44]", StringComparison.Ordinal)
                .Replace(
                    """{"destination": "/data/in""",
                    """{"destination":"/data","type":"bind","source":"/tmp","options":["rbind","ro"]},{"destination": "/data/in""",
                    StringComparison.Ordinal)
                .Replace("\"v\"}", "\"v\",\"k2\":\"v\\\"2\"}", StringComparison.Ordinal)
                .Replace("\"rwm\"}]", "\"rwm\"},{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"rwm\"}]", StringComparison.Ordinal)
                .Replace("\"devices\": []", "\"devices\": [{\"path\":\"/dev/kvm2\",\"type\":\"c\",\"major\":1,\"minor\":3}]", StringComparison.Ordinal),
            config);
    }

    [Fact]
    public void What_is_missing_on_the_way_is_made()
    {
        JsonNode config = JsonNode.Parse(Create("""{"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"user":null},"linux":null}""", Edits("""
            "env": ["B=2"], "mounts": [{"hostPath": "/tmp", "containerPath": "/t"}], "additionalGids": [44], "annotations": {"a": "b"},
            "deviceNodes": [{"path": "/dev/x", "type": "b", "major": 8, "minor": 1, "permissions": "r", "fileMode": 432, "uid": 5}],
            "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
            """)))!;

        Assert.Equal("""["B=2"]""", config["process"]!["env"]!.ToJsonString());
        Assert.Equal("""{"additionalGids":[44]}""", config["process"]!["user"]!.ToJsonString());
        Assert.Equal("""{"a":"b"}""", config["annotations"]!.ToJsonString());
        Assert.Equal(
            """
            {"devices":[{"path":"/dev/x","type":"b","major":8,"minor":1,"fileMode":432,"uid":5}],
            """ + """
            "resources":{"devices":[{"allow":true,"type":"b","major":8,"minor":1,"access":"r"}]},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}
            """,
            config["linux"]!.ToJsonString());
        Assert.Equal("/t", config["mounts"]![0]!["destination"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("\"env\": [\"A=2\"]", "env: A")]
    [InlineData("\"mounts\": [{\"hostPath\": \"/tmp\", \"containerPath\": \"/data/./in/\"}]", "mounts: /data/./in/")]
    [InlineData("\"annotations\": {\"k\": \"w\"}", "annotations: k")]
    [InlineData("\"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\"}", "seccomp: seccomp")]
    public void A_collision_refuses_the_create_or_does_as_the_rule_says(string edits, string named)
    {
        _bench.WriteRule("edits.json", Edits(edits));
        File.WriteAllText(_bench.Config, Whole);

        CommandResult refused = _bench.Create();

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains($"edits.json: edits: {named}: config.json has another; set \"onConflict\"", refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal(Whole, _bench.ConfigText);
        Assert.Equal(Whole, Create(Whole, Edits(edits, "\"onConflict\": \"keep\",")));
        string replaced = Create(Whole, Edits(edits, "\"onConflict\": \"replace\","));
        Assert.NotEqual(Whole, replaced);
        Assert.Equal(replaced, Create(replaced, Edits(edits)));
    }

    [Fact]
    public void Two_rules_that_contradict_each_other_refuse_the_create_and_name_both()
    {
        _bench.WriteRule("b.json", Edits("\"env\": [\"NEW=2\"]"));
        _bench.WriteRule("a.json", Edits("\"env\": [\"NEW=1\"]"));

        CommandResult refused = _bench.Create();

        Assert.Contains("b.json: edits: env: NEW: ", refused.ErrorText, StringComparison.Ordinal);
        Assert.Contains("a.json has another", refused.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_and_edits_come_together_and_go_together()
    {
        _bench.WriteRule("hook.json", WrapperBench.Rule());
        string first = Create(Whole, Edits("\"env\": [\"B=2\"], \"annotations\": {\"a\": \"b\"}"));
        _ = _bench.Create().EnsureSuccess();
        Assert.Equal(first, _bench.ConfigText);
        Assert.Single(_bench.Hooks()["createRuntime"]);

        File.Delete(Path.Combine(_bench.Rules, "edits.json"));
        File.Delete(Path.Combine(_bench.Rules, "hook.json"));
        _ = _bench.Create().EnsureSuccess();

        Assert.Equal(Whole, _bench.ConfigText);
    }

    [Fact]
    public void Edits_are_taken_out_one_by_one_where_others_changed_the_file()
    {
        string edits = Edits(
            """
            "env": ["B=2", "A=5"], "mounts": [{"hostPath": "/tmp", "containerPath": "/data"}], "additionalGids": [44],
            "annotations": {"a": "b"}, "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
            """,
            "\"onConflict\": \"replace\",");
        JsonNode changed = JsonNode.Parse(Create(Whole, edits))!;
        changed["hostname"] = "other";
        File.WriteAllText(_bench.Config, changed.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        _ = _bench.Create().EnsureSuccess();
        Assert.Equal(["PATH=/bin", "A=5", "B=2"], Strings(JsonNode.Parse(_bench.ConfigText)!["process"]!["env"]!));

        changed = JsonNode.Parse(_bench.ConfigText)!;
        changed["hostname"] = "another";
        File.WriteAllText(_bench.Config, changed.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        File.Delete(Path.Combine(_bench.Rules, "edits.json"));
        _ = _bench.Create().EnsureSuccess();

        JsonNode expected = JsonNode.Parse(Whole)!;
        expected["hostname"] = "another";
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(_bench.ConfigText)!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"process":{"args":["sh"]},"Process":{"args":["sh"]}}""", "process stands in config.json twice")]
    [InlineData("""{"process":{"args":["sh"],"Env":[]}}""", "process.env stands in config.json twice or in another case")]
    [InlineData("""{"ociVersion":"1.0.2"}""", "has no process")]
    [InlineData("""{}""", "nothing to edit")]
    public void A_configuration_that_runtimes_read_differently_is_not_edited(string config, string problem)
    {
        _bench.WriteRule("a.json", Edits("\"env\": [\"B=2\"]"));
        File.WriteAllText(_bench.Config, config);

        CommandResult refused = _bench.Create();

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains(problem, refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal(config, _bench.ConfigText);
    }

    [Theory]
    [InlineData("\"deviceNodes\": [{\"path\": \"/dev/none-such\"}]", "/dev/none-such cannot be examined")]
    [InlineData("\"deviceNodes\": [{\"path\": \"/etc/passwd\"}]", "is no device")]
    [InlineData("\"seccomp\": \"/none-such.json\"", "cannot be opened")]
    public void What_an_edit_needs_must_be_there(string edits, string problem)
    {
        _bench.WriteRule("a.json", Edits(edits));

        CommandResult refused = _bench.Create();

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains(problem, refused.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seccomp_profile_of_Docker_is_refused_in_words_that_say_so()
    {
        string profile = Path.Combine(_bench.Root, "docker.json");
        File.WriteAllText(profile, """{"defaultAction":"SCMP_ACT_ERRNO","archMap":[],"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW","includes":{}}]}""");
        _bench.WriteRule("a.json", Edits($"\"seccomp\": \"{profile}\""));

        Assert.Contains("is a profile for Docker or Podman", _bench.Create().ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_an_older_version_is_read()
    {
        _bench.WriteRule("hook.json", WrapperBench.Rule());
        string before = _bench.ConfigText;
        _ = _bench.Create().EnsureSuccess();
        Assert.DoesNotContain("changes", File.ReadAllText(_bench.Record), StringComparison.Ordinal);
        File.Delete(Path.Combine(_bench.Rules, "hook.json"));

        _ = _bench.Create().EnsureSuccess();

        Assert.Equal(before, _bench.ConfigText);
    }

    internal static string Edits(string edits, string more = "") =>
        $$"""{"version": "ocihooks/1", "when": {"always": true}, {{more}} "edits": { {{edits}} } }""";

    private static string[] Strings(JsonNode list) => [.. list.AsArray().Select(entry => entry!.GetValue<string>())];

    private string Create(string config, string rule)
    {
        File.WriteAllText(_bench.Config, config);
        File.Delete(_bench.Record);
        _bench.WriteRule("edits.json", rule);
        _ = _bench.Create().EnsureSuccess();
        return _bench.ConfigText;
    }
}
