using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests CDI devices that rules name, in files as vendors' tools write them.</summary>
public sealed class CdiTests : IDisposable
{
    private const string Yaml = """
        ---
        cdiVersion: 0.5.0
        kind: vendor.com/net
        containerEdits:
          env:
          - EVERY=1
          hooks:
          - hookName: createContainer
            path: /bin/true
            args: [true, update-ldcache]
        devices:
        - name: "0"
          containerEdits:
            deviceNodes:
            - path: /dev/net0
              type: c
              major: 10
              minor: 200
              fileMode: 0660
            mounts:
            - {hostPath: /usr, containerPath: /opt/usr, options: [ro, nosuid, rbind]}
        - name: one
          containerEdits: {env: [ONE=1]}

        """;

    private readonly WrapperBench _bench = new();
    private readonly string _low;
    private readonly string _high;

    public CdiTests()
    {
        _low = Directory.CreateDirectory(Path.Combine(_bench.Root, "low")).FullName;
        _high = Path.Combine(_bench.Root, "high");
        _bench.Set("cdiSpecDirs", new JsonArray(_low, _high));
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("net.yaml")]
    [InlineData("net.yml")]
    public void Devices_of_a_YAML_file_give_what_they_say_and_what_the_file_says_once(string name)
    {
        File.WriteAllText(Path.Combine(_low, name), Yaml);

        JsonNode config = Create("\"cdi\": [\"vendor.com/net=0\", \"vendor.com/net=one\"]");

        Assert.Equal("""["EVERY=1","ONE=1"]""", config["process"]!["env"]!.ToJsonString());
        Assert.Equal(
            """[{"path":"/dev/net0","type":"c","major":10,"minor":200,"fileMode":432}]""", config["linux"]!["devices"]!.ToJsonString());
        Assert.Equal(
            """[{"destination":"/opt/usr","type":"bind","source":"/usr","options":["ro","nosuid","rbind"]}]""",
            config["mounts"]!.ToJsonString());
        Assert.Equal("""[{"path":"/bin/true","args":["true","update-ldcache"]}]""", config["hooks"]!["createContainer"]!.ToJsonString());
    }

    [Fact]
    public void The_later_directory_has_precedence()
    {
        _ = Directory.CreateDirectory(_high);
        File.WriteAllText(Path.Combine(_low, "a.json"), Spec("vendor.com/class", "x", "FROM=low"));
        File.WriteAllText(Path.Combine(_high, "b.json"), Spec("vendor.com/class", "x", "FROM=high"));

        Assert.Equal("""["FROM=high"]""", Create("\"cdi\": [\"vendor.com/class=x\"]")["process"]!["env"]!.ToJsonString());
    }

    [Fact]
    public void A_device_twice_in_one_directory_is_refused()
    {
        File.WriteAllText(Path.Combine(_low, "a.json"), Spec("vendor.com/class", "x", "FROM=low"));
        File.WriteAllText(Path.Combine(_low, "b.json"), Spec("vendor.com/class", "x", "FROM=high"));

        Assert.Contains("CDI device vendor.com/class=x is in ", Refused("\"cdi\": [\"vendor.com/class=x\"]"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_nowhere_is_refused_with_the_directories_and_what_is_broken_there()
    {
        File.WriteAllText(Path.Combine(_low, "broken.yaml"), "a: [");
        File.WriteAllText(Path.Combine(_low, "odd.json"), """{"cdiVersion": "0.5.0", "kind": "vendor.com/class", "devices": [], "more": 1}""");

        string problem = Refused("\"cdi\": [\"vendor.com/class=y\"]");

        Assert.Contains($"CDI device vendor.com/class=y is in no file of {_low}, {_high}", problem, StringComparison.Ordinal);
        Assert.Contains("broken.yaml: is not valid YAML at line", problem, StringComparison.Ordinal);
        Assert.Contains("odd.json: more is no field of this format", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "an alias")]
    [InlineData("cdiVersion: 0.5.0\nkind: vendor.com/class\ndevices:\n- name: y\n  containerEdits: {intelRdt: {}}\n", "intelRdt is not supported")]
    [InlineData("cdiVersion: 0.5.0\nkind: vendor.com/class\ndevices:\n- name: y\n  containerEdits: {env: [NOTHING]}\n", "is no variable")]
    [InlineData("cdiVersion: 0.5.0\nkind: vendor.com/class\n---\nb: 1\n", "a second document")]
    [InlineData("cdiVersion: 9\nkind: vendor.com/class\n", "cdiVersion is \"9\"")]
    public void A_file_that_says_what_is_not_understood_gives_no_device(string yaml, string problem)
    {
        File.WriteAllText(Path.Combine(_low, "a.yaml"), yaml);

        Assert.Contains(problem, Refused("\"cdi\": [\"vendor.com/class=y\"]"), StringComparison.Ordinal);
    }

    /// <summary>In the reference's directories, a broken file does not prevent the use of another file's devices.</summary>
    [Theory]
    [InlineData("low", "- [\nd")]
    [InlineData("low", "{\"a\": [")]
    [InlineData("low", "kind: \"\\U00110000\"\n")]
    [InlineData("low", "cdiVersion: 9\nkind: vendor.com/net\n")]
    [InlineData("high", "cdiVersion: 9\nkind: vendor.com/gpu\n")]
    public void A_broken_file_is_warned_of_and_refuses_only_devices_that_are_in_no_other(string directory, string yaml)
    {
        _ = Directory.CreateDirectory(_high);
        string broken = Path.Combine(_bench.Root, directory, "broken.yaml");
        File.WriteAllText(broken, yaml);
        File.WriteAllText(Path.Combine(_low, "net.yaml"), Yaml);
        string log = Path.Combine(_bench.Root, "log");
        _bench.Set("log", new JsonObject { ["file"] = log });

        Assert.Equal("""["EVERY=1","ONE=1"]""", Create("\"cdi\": [\"vendor.com/net=one\"]")["process"]!["env"]!.ToJsonString());
        Assert.Contains($"{broken}: ", File.ReadAllText(log), StringComparison.Ordinal);

        string refused = Refused("\"cdi\": [\"vendor.com/net=one\", \"vendor.com/net=two\"]");
        Assert.Contains("CDI device vendor.com/net=two is in no file", refused, StringComparison.Ordinal);
        Assert.Contains($"{broken}: ", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", refused, StringComparison.Ordinal);
    }

    /// <summary>It is unknown which devices of lower precedence such a file would replace.</summary>
    [Theory]
    [InlineData("printf '{\"cdiVersion\":' >high/x.json", "high/x.json: is not valid JSON")]
    [InlineData("echo '- [' >high/x.yaml", "high/x.yaml: is not valid YAML")]
    [InlineData("printf 'cdiVersion: 9\nkind: vendor.com/net\n' >high/x.yaml", "high/x.yaml: cdiVersion is \"9\"")]
    [InlineData("printf 'kind: vendor.com/gpu\nkind: vendor.com/net\n' >high/x.yaml", "high/x.yaml: ")]
    [InlineData("ln -s nowhere high/x.json", "high/x.json: leads nowhere")]
    [InlineData("mkdir high/x.json", "high/x.json: is a directory")]
    [InlineData("echo {} >high/x.json; chmod 666 high/x.json", "high/x.json: is not to be trusted")]
    [InlineData("chmod 777 high", "high: is not to be trusted")]
    public void A_device_is_refused_that_a_broken_file_of_higher_precedence_may_have(string script, string problem)
    {
        _ = Directory.CreateDirectory(_high);
        File.WriteAllText(Path.Combine(_low, "net.yaml"), Yaml);
        _ = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run().EnsureSuccess();

        string refused = Refused("\"cdi\": [\"vendor.com/net=one\"]");

        Assert.Contains($"CDI device vendor.com/net=one is in {_low}/net.yaml, and what has precedence", refused, StringComparison.Ordinal);
        Assert.Contains($"{_bench.Root}/{problem}", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Annotations_name_devices_only_where_a_rule_says_so()
    {
        File.WriteAllText(Path.Combine(_low, "net.yaml"), Yaml);
        File.WriteAllText(
            _bench.Config,
            """{"ociVersion":"1.0.2","process":{"args":["sh"]},"annotations":{"cdi.k8s.io/p":"vendor.com/net=0,vendor.com/net=one"}}""");
        string before = _bench.ConfigText;
        _ = _bench.Create().EnsureSuccess();
        Assert.Equal(before, _bench.ConfigText);

        Assert.Equal("""["EVERY=1","ONE=1"]""", Create("\"cdiAnnotations\": true")["process"]!["env"]!.ToJsonString());
    }

    private static string Spec(string kind, string device, string variable) => $$$"""
        {"cdiVersion": "0.6.0", "kind": "{{{kind}}}", "annotations": {"a": "b"},
         "devices": [{"name": "{{{device}}}", "annotations": {}, "containerEdits": {"env": ["{{{variable}}}"], "mounts": null}}]}
        """;

    private JsonNode Create(string fields)
    {
        WriteRule(fields);
        _ = _bench.Create().EnsureSuccess();
        return JsonNode.Parse(_bench.ConfigText)!;
    }

    private string Refused(string fields)
    {
        WriteRule(fields);
        CommandResult refused = _bench.Create();
        Assert.Equal(125, refused.ExitCode);
        return refused.ErrorText;
    }

    private void WriteRule(string fields) => _bench.WriteRule("cdi.json", $$"""{"version": "ocihooks/1", "when": {"always": true}, {{fields}}}""");
}
