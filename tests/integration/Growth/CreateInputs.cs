using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Growth;

/// <summary>Inputs of a create, each kind of any size.</summary>
internal static class CreateInputs
{
    private const string Program = "/bin/true";

    /// <summary>A container's ID in the format of engines.</summary>
    private const string Id = "9b8377fb425e0b77ff506de8139e6778aa7bee2c9c2f0829d3f40d32a377db01";

    private const string RuleOfEach = """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["createRuntime"]}""";

    /// <summary>The kinds by name. Each writes the given amount where the wrapper reads it.</summary>
    public static IReadOnlyDictionary<string, Action<WrapperBench, int>> All { get; } = new Dictionary<string, Action<WrapperBench, int>>
    {
        ["members of config.json"] = (bench, count) => Configure(bench, Members(count, i => $"\"m{i}\":{{\"a\":1}}"), RuleOfEach),
        ["annotations"] = (bench, count) => Configure(bench, $"\"annotations\":{Object(count, "v")}", RuleOfEach),
        ["annotations, each in a member of its own"] = (bench, count) =>
            Configure(bench, Members(count, i => $"\"annotations\":{{\"k{i}\":\"v\"}}"), RuleOfEach),
        ["annotations that a rule asks for"] = (bench, count) =>
            Configure(bench, $"\"annotations\":{Object(count, "v")}", Own("""{"annotations":{"k1":"none"}}""")),
        ["environment"] = (bench, count) => Process(bench, "env", count, i => $"\"K{i}=v\"", """{"env":{"K1":"none"}}"""),
        ["arguments"] = (bench, count) => Process(bench, "args", count + 1, i => $"\"a{i}\"", """{"commandLine":"*none"}"""),
        ["mounts"] = (bench, count) => Configure(
            bench,
            $"\"mounts\":[{Members(count, i => $"{{\"destination\":\"/m{i}\",\"source\":\"/s\",\"options\":[\"bind\"]}}")}]",
            Own("""{"mounts":{"destination":"/none"},"bindMounts":true}""")),
        ["namespaces"] = (bench, count) => Configure(
            bench,
            $"\"linux\":{{\"namespaces\":[{Members(count, i => $"{{\"type\":\"network\",\"path\":\"/n{i}\"}}")}]}}",
            Own("""{"network":"host"}""")),
        ["hooks of a stage"] = (bench, count) => Configure(
            bench, $"\"hooks\":{{\"createRuntime\":[{Members(count, i => $"{{\"path\":\"/bin/true\",\"args\":[\"a{i}\"]}}")}]}}", RuleOfEach),
        ["hooks, each in a member of its own"] = (bench, count) =>
            Configure(bench, Members(count, i => $"\"hooks\":{{\"s{i}\":[{{\"path\":\"/bin/true\"}}]}}"), RuleOfEach),
        ["stages of one name"] = (bench, count) =>
            Configure(bench, $"\"hooks\":{{{Members(count, i => "\"poststop\":[{\"path\":\"/bin/true\"}]")}}}", RuleOfEach),
        ["stages of many names"] = (bench, count) => Configure(
            bench, $"\"hooks\":{{\"s\":[],{Members(count, i => $"\"s{i}\":[{{\"path\":\"/bin/true\"}}]")},\"s\":[]}}", RuleOfEach),
        ["rules that match"] = (bench, count) => WriteRules(bench, count, i => RuleOfEach),
        ["rules that do not match"] = (bench, count) =>
            WriteRules(bench, count, i => RuleOfEach.Replace("\"always\":true", "\"commands\":[\"^none$\"]", StringComparison.Ordinal)),
        ["rules that are broken"] = (bench, count) => WriteRules(bench, count, i => """{"version":"1.0.0","hook":{}}"""),
        ["conditions on annotations"] = (bench, count) => Rule(bench, Of100($"\"annotations\":{Object(count, "v")}")),
        ["conditions on commands"] = (bench, count) => Rule(bench, Of100($"\"commands\":[{Members(count, i => $"\"^c{i}$\"")}]")),
        ["alternatives of a condition"] = (bench, count) => Rule(bench, Own($"{{\"container\":[{Members(count, i => $"\"c{i}\"")}]}}")),
        ["conditions of which one suffices"] = (bench, count) =>
            Rule(bench, Own($"{{\"any\":[{Members(count, i => $"{{\"hostname\":\"h{i}\"}}")}]}}")),
        ["stages of a rule"] = (bench, count) =>
            Rule(bench, $"{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"{Program}\"}},\"when\":{{\"always\":true}},\"stages\":[{Members(count, i => "\"poststop\"")}]}}"),
        ["arguments of a hook"] = (bench, count) =>
            Rule(bench, $"{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"{Program}\",\"args\":[{Members(count, i => $"\"a{i}\"")}]}},\"when\":{{\"always\":true}},\"stages\":[\"poststop\"]}}"),
        ["variables of a hook"] = (bench, count) => Rule(
            bench,
            $"{{\"version\":\"ocihooks/1\",\"when\":{{\"always\":true}},\"hook\":{{\"path\":\"{Program}\",\"env\":{Object(count, "{{id}}")}}},\"stages\":[\"poststop\"]}}"),
        ["parts of a variable's value"] = (bench, count) => Rule(
            bench,
            $"{{\"version\":\"ocihooks/1\",\"when\":{{\"always\":true}},\"hook\":{{\"path\":\"{Program}\",\"env\":{{\"V\":\"{string.Concat(Enumerable.Repeat("{{id}}", count))}\"}}}},\"stages\":[\"poststop\"]}}"),
        ["fields that no format knows"] = (bench, count) =>
            Rule(bench, Own("""{"always":true}""").Replace("{\"version\"", "{" + Members(count, i => $"\"x{i}\":1") + ",\"version\"", StringComparison.Ordinal)),
        ["values of the wrong type"] = (bench, count) =>
            Rule(bench, $"{{\"version\":\"1.0.0\",\"hook\":{{\"path\":\"{Program}\",\"args\":[{Members(count, i => "1\n")}]}},\"when\":{{\"always\":true}},\"stages\":[\"poststop\"]}}"),
        ["edits of the environment"] = (bench, count) => Rule(bench, Edits($"\"env\":[{Members(count, i => $"\"X{i}=1\"")}]")),
        ["edits of annotations"] = (bench, count) => Rule(bench, Edits($"\"annotations\":{Object(count, "v")}")),
        ["edits of mounts"] = (bench, count) =>
            Rule(bench, Edits($"\"mounts\":[{Members(count, i => $"{{\"hostPath\":\"/s\",\"containerPath\":\"/m/{i}\"}}")}]")),
        ["edits of devices"] = (bench, count) =>
            Rule(bench, Edits($"\"deviceNodes\":[{Members(count, i => $"{{\"path\":\"/dev/x{i}\",\"type\":\"c\",\"major\":1,\"minor\":{i}}}")}]")),
        ["edits of groups"] = (bench, count) => Rule(bench, Edits($"\"additionalGids\":[{Members(count, i => $"{i + 1}")}]")),
        ["edits of hooks"] = (bench, count) =>
            Rule(bench, Edits($"\"hooks\":[{Members(count, i => $"{{\"hookName\":\"poststop\",\"path\":\"{Program}\",\"args\":[\"a{i}\"]}}")}]")),
        ["devices of a CDI file"] = (bench, count) =>
            Cdi(bench, "x.json", $"{{\"cdiVersion\":\"0.6.0\",\"kind\":\"v.com/c\",\"devices\":[{Members(count, Device)}]}}", "\"v.com/c=d0\""),
        ["devices of a CDI file in YAML"] = (bench, count) => Cdi(
            bench,
            "x.yaml",
            "cdiVersion: \"0.6.0\"\nkind: v.com/c\ndevices:\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"- name: d{i}\n  containerEdits:\n    env: [D{i}=1]\n")),
            "\"v.com/c=d0\""),
        ["devices of a rule"] = (bench, count) => Cdi(
            bench,
            "x.json",
            $"{{\"cdiVersion\":\"0.6.0\",\"kind\":\"v.com/c\",\"devices\":[{Members(count, Device)}]}}",
            Members(count, i => $"\"v.com/c=d{i}\"")),
        ["devices of a rule, each in a CDI file of its own"] = (bench, count) =>
        {
            for (int i = 0; i < count; i++)
            {
                Cdi(
                    bench,
                    $"{i}.json",
                    $"{{\"cdiVersion\":\"0.6.0\",\"kind\":\"v.com/c\",\"devices\":[{Device(i)}]}}",
                    Members(i + 1 == count ? count : 1, j => $"\"v.com/c=d{j}\""));
            }
        },
        ["a record of edits, the text changed since"] = (bench, count) =>
        {
            Rule(bench, Edits($"\"env\":[{Members(count, i => $"\"X{i}=1\"")}],\"annotations\":{Object(count, "v")}"));
            Recreate(bench);
        },
        ["a record of hooks, the text changed since"] = (bench, count) =>
        {
            Rule(bench, Edits($"\"hooks\":[{Members(count, i => $"{{\"hookName\":\"poststop\",\"path\":\"{Program}\",\"args\":[\"a{i}\"]}}")}]"));
            Recreate(bench);
        },
        ["names of an image of Docker's"] = (bench, count) =>
        {
            string root = Path.Combine(bench.Root, "data");
            Put(root, $"containers/{Id}/config.v2.json", $$$"""{"ID":"{{{Id}}}","Driver":"overlay2","Image":"sha256:1","Config":{"Image":"sha256:1"}}""");
            Put(root, "image/overlay2/repositories.json", $"{{\"Repositories\":{{\"x\":{{{Members(count, i => $"\"x:{i}\":\"sha256:1\",\"x@sha256:{i}\":\"sha256:1\"")}}}}}}}");
            OfEngine(bench, $"io.containerd.runtime.v2.task/moby/{Id}", $"{root}/overlay2/layer/merged", "");
        },
        ["names of an image of Podman's"] = (bench, count) =>
        {
            Put(bench.Root, "overlay-containers/containers.json", $$"""[{"id":"{{Id}}","image":"1","metadata":"{}"}]""");
            StoreImage(bench, count);
            OfEngine(bench, $"overlay-containers/{Id}/userdata", $"{bench.Root}/overlay/layer/merged", "");
        },
        ["names of an image of CRI-O's"] = (bench, count) =>
        {
            StoreImage(bench, count);
            OfEngine(
                bench, $"overlay-containers/{Id}/userdata", $"{bench.Root}/overlay/layer/merged",
                $$""" "io.kubernetes.cri-o.ContainerID":"{{Id}}","io.kubernetes.cri-o.Image":"1","io.kubernetes.cri-o.ImageRef":"1" """);
        },
        ["directories of rules"] = (bench, count) =>
            bench.Set("hooksDirs", new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)Path.Combine(bench.Root, $"none{i}"))])),
        ["characters of a command, (a+)+$"] = (bench, count) =>
        {
            File.WriteAllText(bench.Config, $"{{\"ociVersion\":\"1.0.2\",\"process\":{{\"args\":[\"{new string('a', count)}b\"]}}}}");
            Rule(bench, Of100("\"commands\":[\"(a+)+$\"]"));
        },
        ["nested lists"] = (bench, count) => Configure(bench, $"\"x\":{new string('[', count)}{new string(']', count)}", RuleOfEach),
    };

    private static void Configure(WrapperBench bench, string members, string rule)
    {
        string separator = members.Length == 0 ? "" : ",";
        File.WriteAllText(bench.Config, $"{{\"ociVersion\":\"1.0.2\",\"process\":{{\"args\":[\"/bin/sh\"]}}{separator}{members}}}");
        bench.WriteRule("rule.json", rule);
    }

    private static void Process(WrapperBench bench, string member, int count, Func<int, string> element, string when)
    {
        File.WriteAllText(bench.Config, $"{{\"ociVersion\":\"1.0.2\",\"process\":{{\"{member}\":[{Members(count, element)}]}}}}");
        bench.WriteRule("rule.json", Own(when));
    }

    private static void Rule(WrapperBench bench, string rule) => bench.WriteRule("rule.json", rule);

    private static void WriteRules(WrapperBench bench, int count, Func<int, string> rule)
    {
        for (int i = 0; i < count; i++)
        {
            bench.WriteRule($"{i}.json", rule(i));
        }
    }

    private static void Cdi(WrapperBench bench, string file, string text, string devices)
    {
        string directory = Directory.CreateDirectory(Path.Combine(bench.Root, "cdi")).FullName;
        File.WriteAllText(Path.Combine(directory, file), text);
        bench.Set("cdiSpecDirs", new JsonArray(directory));
        Rule(bench, $$"""{"version":"ocihooks/1","when":{"always":true},"cdi":[{{devices}}]}""");
    }

    /// <summary>Runs a create and then changes the text, so that the next create looks for each edit.</summary>
    private static void Recreate(WrapperBench bench)
    {
        _ = bench.Create().EnsureSuccess();
        File.WriteAllText(bench.Config, " " + bench.ConfigText);
    }

    private static void StoreImage(WrapperBench bench, int count) => Put(
        bench.Root, "overlay-images/images.json", $$"""[{"id":"1","names":[{{Members(count, i => $"\"x:{i}\",\"x@sha256:{i}\"")}}]}]""");

    /// <summary>Moves the bundle to an engine's path, and writes a rule that asks for the image's names and digests.</summary>
    private static void OfEngine(WrapperBench bench, string place, string rootFileSystem, string annotations)
    {
        Directory.Delete(bench.Bundle, recursive: true);
        Put(bench.Root, $"{place}/config.json", $$"""{"ociVersion":"1.0.2","root":{"path":"{{rootFileSystem}}"},"annotations":{ {{annotations}} } }""");
        _ = Directory.CreateSymbolicLink(bench.Bundle, Path.Combine(bench.Root, place));
        Rule(bench, Own("""{"any":[{"image":"none"},{"imageDigest":"sha256:none"}]}"""));
    }

    private static void Put(string root, string name, string text)
    {
        string path = Path.Combine(root, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string Device(int i) => $"{{\"name\":\"d{i}\",\"containerEdits\":{{\"env\":[\"D{i}=1\"]}}}}";

    private static string Own(string when) =>
        $$"""{"version":"ocihooks/1","when":{{when}},"hook":{"path":"{{Program}}"},"stages":["createRuntime"]}""";

    private static string Of100(string condition) =>
        $$$"""{"version":"1.0.0","hook":{"path":"{{{Program}}}"},"when":{{{{condition}}}},"stages":["createRuntime"]}""";

    private static string Edits(string edits) => $$$"""{"version":"ocihooks/1","when":{"always":true},"edits":{{{{edits}}}}}""";

    private static string Object(int count, string value) => $"{{{Members(count, i => $"\"k{i}\":\"{value}\"")}}}";

    private static string Members(int count, Func<int, string> member) => string.Join(',', Enumerable.Range(0, count).Select(member));
}
