using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests rules that ask for unknown facts of the container's engine. The container is refused, unless the rest of the rule decides.
/// Bundles and files are as Docker and Podman write them.
/// </summary>
public sealed class UnknownFactTests : IDisposable
{
    private const string Id = "9b8377fb425e0b77ff506de8139e6778aa7bee2c9c2f0829d3f40d32a377db01";
    private const string DockerText = $$$"""
        {"ID":"{{{Id}}}","Name":"/web1","Driver":"overlay2","Image":"sha256:1111","Config":{"Image":"nginx:1.25","Labels":{"team":"web"}} }
        """;

    private readonly WrapperBench _bench = new();

    public static TheoryData<string, string> Damages => new()
    {
        { "printf '{' >FILE", "is not valid JSON" },
        { "truncate -s 257M FILE", "is larger than the 268435456 bytes allowed" },
        { "rm FILE; ln -s /proc/self/mem FILE", "cannot be read: input/output error" },
        { "rm FILE; ln -s FILE FILE", "cannot be opened: too many levels of symbolic links" },
        { "rm FILE; mkdir FILE", "is a directory, not a file" },
        { "chown 12345 FILE", "can be written by others than root" },
        { "chmod o+w FILE", "can be written by others than root" },
    };

    private string DockerFile => Path.Combine(_bench.Root, "data", "containers", Id, "config.v2.json");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    [Trait("Needs", "root")]
    public void What_Docker_has_and_cannot_be_read_refuses_a_rule_that_asks_for_it(string damage, string told)
    {
        string bundle = DockerBundle();
        Damage(damage);
        WriteRule("a.json", """{"image":"redis","engine":"docker"}""");

        CommandResult result = Create(bundle);

        Assert.Equal(125, result.ExitCode);
        Assert.All(
            [$"{bundle}/config.json: when.image cannot be told: ", DockerFile, told, $"(rule {_bench.Rules}/a.json)"],
            text => Assert.Contains(text, result.ErrorText, StringComparison.Ordinal));
        Assert.Empty(_bench.Calls);
    }

    [Theory]
    [InlineData("""{"image":"redis","engine":"podman"}""")]
    [InlineData("""{"engine":"podman","labels":{"team":"web"}}""")]
    [InlineData("""{"not":{"any":[{"container":"x"},{"engine":"docker"}]}}""")]
    [InlineData("""{"namespace":"shop","image":"redis"}""")]
    public void A_rule_that_is_decided_without_it_refuses_nothing(string when)
    {
        string bundle = DockerBundle();
        File.WriteAllText(DockerFile, "{");
        WriteRule("a.json", when);

        Create(bundle).AssertSilentSuccess();

        Assert.DoesNotContain("/bin/true", File.ReadAllText($"{bundle}/config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_that_is_for_the_container_all_the_same_is_used()
    {
        string bundle = DockerBundle();
        File.WriteAllText(DockerFile, "{");
        WriteRule("a.json", """{"any":[{"image":"redis"},{"engine":"docker"}]}""");

        Create(bundle).AssertSilentSuccess();

        Assert.Contains("/bin/true", File.ReadAllText($"{bundle}/config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_do_not_ask_read_nothing()
    {
        string bundle = DockerBundle();
        File.WriteAllText(DockerFile, "{");
        WriteRule("a.json", """{"engine":"docker","not":{"privileged":true}}""");

        Create(bundle).AssertSilentSuccess();

        Assert.Contains("/bin/true", File.ReadAllText($"{bundle}/config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_directory_that_is_not_where_it_was_refuses()
    {
        string bundle = DockerBundle();
        Directory.Move(Path.Combine(_bench.Root, "data", "containers"), Path.Combine(_bench.Root, "data", "moved"));
        WriteRule("a.json", """{"container":"web1"}""");

        CommandResult result = Create(bundle);

        Assert.Equal(125, result.ExitCode);
        Assert.Contains($"no containers/{Id}/config.v2.json is above the root file system", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A default applies only to a value that the container does not have.</summary>
    [Fact]
    public void A_variable_that_cannot_be_told_refuses_in_spite_of_its_default()
    {
        string bundle = DockerBundle();
        File.WriteAllText(DockerFile, "{");
        _bench.WriteRule("a.json", """
            {"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true","env":{"V":"{{label:team|none}}"}},"stages":["poststop"]}
            """);

        CommandResult result = Create(bundle);

        Assert.Equal(125, result.ExitCode);
        Assert.Contains($"hook.env.V: {{{{label:team}}}} cannot be told: {DockerFile}: is not valid JSON", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_of_Podmans_that_is_in_no_store_refuses()
    {
        string bundle = Directory.CreateDirectory(Path.Combine(_bench.Root, "storage", "overlay-containers", Id, "userdata")).FullName;
        File.WriteAllBytes(Path.Combine(bundle, "config.json"), WrapperBench.MinimalConfig);
        File.WriteAllText(Path.Combine(_bench.Root, "storage", "overlay-containers", "containers.json"), """[{"id":"other"}]""");
        WriteRule("a.json", """{"image":"redis"}""");

        CommandResult result = Create(bundle);

        Assert.Equal(125, result.ExitCode);
        Assert.Contains(
            $"has container {Id} neither in containers.json nor in volatile-containers.json", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A fact that an engine never has, or that a container lacks, is absent. A fact that could not be read is unknown.</summary>
    [Fact]
    public void Explain_tells_known_absent_and_unknown_apart()
    {
        string bundle = DockerBundle();
        File.WriteAllText(DockerFile, "{");
        WriteRule("a.json", """{"any":[{"engine":"podman"},{"namespace":"shop"},{"hostname":"front"},{"image":"redis"}]}""");

        CommandResult told = HookCtl("explain", bundle);
        JsonNode json = JsonNode.Parse(HookCtl("explain", bundle, "--json").OutputText)!;

        Assert.Equal(1, told.ExitCode);
        Assert.All(
            [
                "when.any[0].engine: podman: does not hold, held against docker",
                "when.any[1].namespace: shop: does not hold, held against nothing: docker does not tell it",
                "when.any[2].hostname: front: does not hold, held against nothing",
                $"when.any[3].image: docker.io/library/redis:latest: cannot be told: {DockerFile}: is not valid JSON",
                "a.json: cannot be decided: when.any[3].image cannot be told: ",
                "a create would be refused: when.any[3].image cannot be told: ",
            ],
            line => Assert.Contains(line, Unbroken(told), StringComparison.Ordinal));
        Assert.Equal(
            ["false  ", "false  docker", "false  ", " unknown "],
            json["rules"]![0]!["conditions"]!.AsArray().Select(condition =>
                $"{condition!["holds"]} {(condition["unknown"] is null ? "" : "unknown")} {condition["notProvidedBy"]}"));
    }

    private static string Unbroken(CommandResult result) =>
        string.Join(' ', result.OutputText.Split([' ', '\n', '│', '├', '└', '─'], StringSplitOptions.RemoveEmptyEntries));

    private string DockerBundle()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DockerFile)!);
        File.WriteAllText(DockerFile, DockerText);
        string bundle = Directory.CreateDirectory(Path.Combine(_bench.Root, "run", "io.containerd.runtime.v2.task", "moby", Id)).FullName;
        File.WriteAllText(
            Path.Combine(bundle, "config.json"),
            $$$"""{"ociVersion":"1.0.2","process":{"args":["/bin/sh"],"cwd":"/"},"root":{"path":"{{{_bench.Root}}}/data/overlay2/layer/merged"}}""");
        return bundle;
    }

    private void Damage(string script) => _ = new Command("sh", "-c", script.Replace("FILE", DockerFile, StringComparison.Ordinal)).Run().EnsureSuccess();

    private void WriteRule(string name, string when) => _bench.WriteRule(
        name, $$$"""{"version":"ocihooks/1","when":{{{when}}},"hook":{"path":"/bin/true"},"stages":["createRuntime"]}""");

    private CommandResult Create(string bundle) => _bench.Run("create", "--bundle", bundle, Id);

    private CommandResult HookCtl(params ByteString[] arguments) =>
        new Command(Repository.HookCtl, [.. arguments, "--config", _bench.SettingsFile]) { WorkingDirectory = _bench.Root }.Run();
}
