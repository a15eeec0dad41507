using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests what rules of format ocihooks/1 see of Docker's containers.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerIdentityTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    private IEnumerable<string> Matched => daemon.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal);

    public async ValueTask DisposeAsync() => await daemon.ResetAsync();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Conditions_see_what_docker_run_said(string runtime)
    {
        string image = await daemon.InspectAsync(DockerDaemon.Image, "{{.Id}}");
        (string Name, string When, bool Matches)[] rules =
        [
            ("engine", """{"engine":"docker"}""", true),
            ("engine-not", """{"engine":["podman","cri","containerd"]}""", false),
            ("image", """{"image":"busybox:test"}""", true),
            ("image-any-tag", """{"image":"busybox:*"}""", true),
            ("image-re2", """{"image":{"re2":"/busybox:test$"}}""", true),
            ("image-latest", """{"image":"busybox"}""", false),
            ("image-id", $$"""{"imageDigest":"{{image}}"}""", true),
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
        daemon.Log.WriteConditions(daemon.Rules, rules.Select(rule => (rule.Name, rule.When)));

        _ = (await daemon.DockerRunAsync(runtime, "--rm", "--name", "shop-1", "--label", "team=web", "--env", "MODE=prod", "--user", "7:8",
            "--hostname", "front", "--volume", "/data", DockerDaemon.Image, "sh", "-c", "true")).EnsureSuccess();

        Assert.Equal(rules.Where(rule => rule.Matches).Select(rule => rule.Name).Order(StringComparer.Ordinal), Matched);
    }

    [Fact]
    public async Task A_container_that_joins_anothers_network_is_known_by_its_own_labels()
    {
        daemon.Log.WriteConditions(
            daemon.Rules,
            ("first", """{"labels":{"which":"first"}}"""), ("second", """{"labels":{"which":"second"},"network":"shared"}"""));
        string first = await daemon.DockerRunDetachedAsync("hooked", "--label", "which=first", DockerDaemon.Image, "sleep", "1000");
        Assert.Equal(["first"], Matched);
        daemon.Log.Clear();

        string second = await daemon.DockerRunDetachedAsync(
            "hooked", "--label", "which=second", "--network", $"container:{first}", DockerDaemon.Image, "sleep", "1000");

        Assert.Equal([second], daemon.Log.Calls.Select(call => call.Id));
        Assert.Equal(["second"], Matched);
    }

    [Fact]
    public async Task An_image_that_is_run_by_its_ID_or_its_digest_has_the_names_of_that()
    {
        string image = (await daemon.DockerAsync("inspect", "--format", "{{.Id}}", DockerDaemon.Image)).EnsureSuccess().OutputText.Trim();
        daemon.Log.WriteConditions(
            daemon.Rules, ("id", $$"""{"imageDigest":"{{image}}"}"""), ("name", """{"image":"busybox:test"}"""));

        _ = (await daemon.DockerRunAsync("hooked", "--rm", image, "true")).EnsureSuccess();
        _ = (await daemon.DockerRunAsync("hooked", "--rm", image["sha256:".Length..][..12], "true")).EnsureSuccess();

        Assert.Equal(["id", "id", "name", "name"], Matched);
    }

    [Fact]
    public async Task An_image_without_a_name_has_none()
    {
        string tar = daemon.PathTo("image.tar");
        string image = (await daemon.DockerAsync("import", tar)).EnsureSuccess().OutputText.Trim();
        daemon.Log.WriteConditions(daemon.Rules, ("id", $$"""{"imageDigest":"{{image}}"}"""), ("name", """{"image":"*"}"""));

        _ = (await daemon.DockerRunAsync("hooked", "--rm", image, "true")).EnsureSuccess();

        Assert.Equal(["id"], Matched);
    }

    /// <summary>Labels can make Docker's file about a container very large.</summary>
    [Fact]
    public async Task A_container_with_nine_megabytes_of_labels_escapes_no_rule()
    {
        File.WriteAllLines(daemon.PathTo("labels"), Enumerable.Range(0, 150).Select(number => $"l{number}={new string('x', 60_000)}"));
        daemon.Log.WriteConditions(
            daemon.Rules,
            ("image", """{"image":"busybox:test"}"""), ("label", """{"labels":{"team":"web"}}"""), ("name", """{"container":"shop"}"""),
            ("long", """{"labels":{"l149":"x*"}}"""), ("other", """{"labels":{"l149":"y*"}}"""));

        _ = (await daemon.DockerRunAsync("hooked", "--rm", "--name", "shop", "--label", "team=web", "--label-file", daemon.PathTo("labels"),
            DockerDaemon.Image, "true")).EnsureSuccess();

        Assert.Equal(["image", "label", "long", "name"], Matched);
    }

    /// <summary>Users may mount files at the paths where engines mount theirs.</summary>
    [Fact]
    public async Task What_a_user_mounts_is_no_mount_of_the_engines_wherever_it_comes_from()
    {
        string other = await daemon.DockerRunDetachedAsync("hooked", DockerDaemon.Image, "sleep", "1000");
        daemon.Log.Clear();
        string secret = Path.Combine(Directory.CreateDirectory(daemon.PathTo($"pods/containers/{other}")).FullName, "secret");
        File.WriteAllText(secret, "x");
        daemon.WriteRule("mounts.json", """
            {"version":"ocihooks/1","when":{"bindMounts":true},"hook":{"path":"/bin/false"},"stages":["createRuntime"]}
            """);

        string[] options = ["run", "--runtime", "hooked", "--rm"];
        string[] volumes =
        [
            $"{Path.GetDirectoryName(secret)}:/run/secrets", $"{daemon.PathTo("pods")}:/run/secrets",
            $"{daemon.PathTo("data")}/containers/{other}:/run/secrets", $"{secret}:/etc/hosts",
        ];
        await Assert.AllAsync(volumes, async volume => Assert.NotEqual(
            0, (await daemon.DockerAsync([.. options, "--volume", volume, DockerDaemon.Image, "true"])).ExitCode));
        _ = (await daemon.DockerAsync([.. options, DockerDaemon.Image, "true"])).EnsureSuccess();
        _ = (await daemon.DockerAsync([.. options, "--network", $"container:{other}", DockerDaemon.Image, "true"])).EnsureSuccess();
    }

    /// <summary>Other programs have followed a user's mount over /etc/hostname and read that user's files as Docker's.</summary>
    [Fact]
    public async Task Files_that_a_user_mounts_are_not_taken_for_Dockers()
    {
        string forged = Directory.CreateDirectory(daemon.PathTo("forged/containers")).FullName;
        daemon.Log.WriteConditions(daemon.Rules, ("trusted", """{"labels":{"trusted":"yes"}}"""), ("mine", """{"container":"forger"}"""));
        File.WriteAllText(Path.Combine(forged, "hostname"), "x\n");

        string id = (await daemon.DockerAsync(["create", .. daemon.RunOptions("hooked"), "--name", "forger",
            "--volume", $"{forged}/hostname:/etc/hostname", DockerDaemon.Image, "true"])).EnsureSuccess().OutputText.Trim();
        string directory = Directory.CreateDirectory(Path.Combine(forged, id)).FullName;
        File.WriteAllText(Path.Combine(directory, "config.v2.json"), new JsonObject
        {
            ["ID"] = id,
            ["Config"] = new JsonObject { ["Labels"] = new JsonObject { ["trusted"] = "yes" } },
        }.ToJsonString());
        _ = (await daemon.DockerAsync("start", "--attach", id)).EnsureSuccess();

        Assert.Equal(["mine"], Matched);
    }

    [Fact]
    public async Task Explain_shows_what_each_condition_was_held_against()
    {
        daemon.Log.WriteConditions(daemon.Rules, ("a", """{"image":"redis","labels":{"team":"web"}}"""), ("b", """{"namespace":"shop"}"""));
        string id = await daemon.DockerRunDetachedAsync("hooked", "--label", "team=web", DockerDaemon.Image, "sleep", "1000");

        JsonNode told = JsonNode.Parse(
            (await daemon.Host.RunAsync(Repository.HookCtl, "explain", daemon.BundleOf(id), "--json")).EnsureSuccess().Output)!;

        Assert.Equal(
            [
                "when.image docker.io/library/redis:latest docker.io/library/busybox:test false ",
                "when.labels.team web   ",
                "when.namespace shop  false docker",
            ],
            told["rules"]!.AsArray().SelectMany(rule => rule!["conditions"]!.AsArray())
                .Select(seen => $"{seen!["field"]} {seen["wanted"]} {seen["found"]} {seen["holds"]} {seen["notProvidedBy"]}"));
    }
}
