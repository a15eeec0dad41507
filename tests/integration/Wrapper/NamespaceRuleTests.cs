using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that rules in <c>namespace/NAME</c> apply only to containers of that Kubernetes namespace, whatever their conditions.
/// </summary>
public sealed class NamespaceRuleTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public NamespaceRuleTests()
    {
        _ = Directory.CreateDirectory(Path.Combine(_bench.Rules, "namespace", "team-a"));
        _ = Directory.CreateDirectory(Path.Combine(_bench.Rules, "namespace", "team-b"));
        _bench.WriteRule("a.json", WrapperBench.Rule(path: "/bin/true"));
        _bench.WriteRule("namespace/team-a/a.json", WrapperBench.Rule(path: "/bin/cat"));
        _bench.WriteRule(
            "namespace/team-b/b.json",
            """{"version":"ocihooks/1","when":{"namespace":"team-a"},"hook":{"path":"/bin/false"},"stages":["createRuntime"]}""");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("team-a", "/bin/true|/bin/cat")]
    [InlineData("team-b", "/bin/true")]
    [InlineData("other", "/bin/true")]
    [InlineData("../team-a", "/bin/true")]
    [InlineData("", "/bin/true")]
    public void They_are_for_the_containers_of_their_namespace_only(string name, string hooks)
    {
        CommandResult result = Create(name, out string config);

        result.AssertSilentSuccess();
        Assert.Equal(
            hooks.Split('|'), new[] { "/bin/true", "/bin/cat", "/bin/false" }.Where(hook => config.Contains(hook, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_broken_one_refuses_containers_of_its_namespace_only()
    {
        _bench.WriteRule("namespace/team-b/broken.json", "{");

        Create("team-a", out _).AssertSilentSuccess();
        Create("team-b", out _).AssertFailed(125, "namespace/team-b/broken.json");
    }

    [Fact]
    public void A_container_without_a_namespace_has_none_of_them()
    {
        _bench.WriteRule("namespace/team-b/broken.json", "{");

        _bench.AssertInjectedOnce(_bench.Create());
    }

    /// <summary>Runs a create of a bundle as containerd's CRI plugin makes it.</summary>
    private CommandResult Create(string name, out string config)
    {
        string bundle = Path.Combine(_bench.Root, "io.containerd.runtime.v2.task", "k8s.io", "c1");
        _ = Directory.CreateDirectory(bundle);
        string file = Path.Combine(bundle, "config.json");
        File.WriteAllText(file, $$$"""
            {"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"cwd":"/"},
             "annotations":{"io.kubernetes.cri.container-type":"container","io.kubernetes.cri.sandbox-namespace":"{{{name}}}"}}
            """);
        CommandResult result = _bench.Run("create", "--bundle", bundle, "c1");
        config = File.ReadAllText(file);
        return result;
    }
}
