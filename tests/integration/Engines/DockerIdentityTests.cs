using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>What rules of format ocihooks/1 see of Docker's containers.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerIdentityTests : IDisposable
{
    private readonly DockerDaemon _daemon;

    public DockerIdentityTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    private IEnumerable<string> Matched => _daemon.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal);

    public void Dispose() => _daemon.Reset();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Conditions_see_what_docker_run_said(string runtime)
    {
        (string Name, string When, bool Matches)[] rules =
        [
            ("engine", """{"engine":"docker"}""", true),
            ("engine-not", """{"engine":["podman","cri","containerd"]}""", false),
            ("image", """{"image":"busybox:test"}""", true),
            ("image-any-tag", """{"image":"busybox:*"}""", true),
            ("image-re2", """{"image":{"re2":"/busybox:test$"}}""", true),
            ("image-latest", """{"image":"busybox"}""", false),
            ("image-id", $$"""{"imageDigest":"{{_daemon.Docker("inspect", "--format", "{{.Id}}", DockerDaemon.Image).OutputText.Trim()}}"}""", true),
            ("label", """{"labels":{"team":"web"}}""", true),
            ("label-not", """{"labels":{"team":"db"}}""", false),
            ("name", """{"container":"shop-*"}""", true),
            ("env", """{"env":{"MODE":"prod"}}""", true),
            ("user", """{"user":"7:8"}""", true),
            ("user-not", """{"user":"0"}""", false),
            ("hostname", """{"hostname":"front"}""", true),
            ("mounts", """{"mounts":{"destination":"/data"}}""", true),
            ("bind-mounts", """{"bindMounts":true}""", true),
            ("command-line", """{"commandLine":"sh -c *"}""", true),
            ("privileged", """{"privileged":true}""", false),
            ("network", """{"network":"private"}""", true),
            ("namespace", """{"namespace":"*"}""", false),
            ("combined", """{"all":[{"image":"busybox:*"},{"not":{"any":[{"privileged":true},{"labels":{"team":"db"}}]}}]}""", true),
        ];
        _daemon.Log.WriteConditions(_daemon.Rules, rules.Select(rule => (rule.Name, rule.When)));

        _ = _daemon.DockerRun(runtime, "--rm", "--name", "shop-1", "--label", "team=web", "--env", "MODE=prod", "--user", "7:8",
            "--hostname", "front", "--volume", "/data", DockerDaemon.Image, "sh", "-c", "true").EnsureSuccess();

        Assert.Equal(rules.Where(rule => rule.Matches).Select(rule => rule.Name).Order(StringComparer.Ordinal), Matched);
    }

    [Fact]
    public void A_container_that_joins_anothers_network_is_known_by_its_own_labels()
    {
        _daemon.Log.WriteConditions(
            _daemon.Rules,
            ("first", """{"labels":{"which":"first"}}"""), ("second", """{"labels":{"which":"second"},"network":"shared"}"""));
        string first = _daemon.DockerRunDetached("hooked", "--label", "which=first", DockerDaemon.Image, "sleep", "1000");
        Assert.Equal(["first"], Matched);
        _daemon.Log.Clear();

        string second = _daemon.DockerRunDetached(
            "hooked", "--label", "which=second", "--network", $"container:{first}", DockerDaemon.Image, "sleep", "1000");

        Assert.Equal([second], _daemon.Log.Calls.Select(call => call.Id));
        Assert.Equal(["second"], Matched);
    }

    [Fact]
    public void An_image_that_is_run_by_its_ID_is_known_by_that_alone()
    {
        string image = _daemon.Docker("inspect", "--format", "{{.Id}}", DockerDaemon.Image).EnsureSuccess().OutputText.Trim();
        _daemon.Log.WriteConditions(
            _daemon.Rules, ("id", $$"""{"imageDigest":"{{image}}"}"""), ("any-image", """{"image":"*"}"""));

        _ = _daemon.DockerRun("hooked", "--rm", image, "true").EnsureSuccess();
        _ = _daemon.DockerRun("hooked", "--rm", image["sha256:".Length..][..12], "true").EnsureSuccess();

        Assert.Equal(["id", "id"], Matched);
    }

    /// <summary>What a user mounts over /etc/hostname has led others to that user's files.</summary>
    [Fact]
    public void Files_that_a_user_mounts_are_not_taken_for_Dockers()
    {
        string forged = Directory.CreateDirectory(_daemon.PathTo("forged/containers")).FullName;
        _daemon.Log.WriteConditions(_daemon.Rules, ("trusted", """{"labels":{"trusted":"yes"}}"""), ("mine", """{"container":"forger"}"""));
        File.WriteAllText(Path.Combine(forged, "hostname"), "x\n");

        string id = _daemon.Docker(["create", .. _daemon.RunOptions("hooked"), "--name", "forger",
            "--volume", $"{forged}/hostname:/etc/hostname", DockerDaemon.Image, "true"]).EnsureSuccess().OutputText.Trim();
        string directory = Directory.CreateDirectory(Path.Combine(forged, id)).FullName;
        File.WriteAllText(Path.Combine(directory, "config.v2.json"), new JsonObject
        {
            ["ID"] = id,
            ["Config"] = new JsonObject { ["Labels"] = new JsonObject { ["trusted"] = "yes" } },
        }.ToJsonString());
        _ = _daemon.Docker("start", "--attach", id).EnsureSuccess();

        Assert.Equal(["mine"], Matched);
    }

    [Fact]
    public void Explain_shows_what_each_condition_was_held_against()
    {
        _daemon.Log.WriteConditions(_daemon.Rules, ("a", """{"image":"redis","labels":{"team":"web"}}"""), ("b", """{"namespace":"shop"}"""));
        string id = _daemon.DockerRunDetached("hooked", "--label", "team=web", DockerDaemon.Image, "sleep", "1000");

        JsonNode told = JsonNode.Parse(
            _daemon.Host.Run(Repository.HookCtl, "explain", _daemon.BundleOf(id), "--json").EnsureSuccess().Output)!;

        Assert.Equal(
            [
                "when.image docker.io/library/redis:latest docker.io/library/busybox:test false",
                "when.labels.team web  ",
                "when.namespace shop  false",
            ],
            told["rules"]!.AsArray().SelectMany(rule => rule!["conditions"]!.AsArray())
                .Select(seen => $"{seen!["field"]} {seen["wanted"]} {seen["found"]} {seen["holds"]}"));
    }
}
