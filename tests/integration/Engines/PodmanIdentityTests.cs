namespace IntegrationTests.Engines;

/// <summary>Tests what rules of format ocihooks/1 see of Podman's containers.</summary>
[Trait("Needs", "root")]
public sealed class PodmanIdentityTests(PodmanHost podman) : IClassFixture<PodmanHost>
{
    [Fact]
    public async Task Conditions_see_what_podman_run_said()
    {
        (string Name, string When, bool Matches)[] rules =
        [
            ("engine", """{"engine":"podman"}""", true),
            ("image", """{"image":"localhost/busybox:test"}""", true),
            ("image-not", """{"image":"busybox:test"}""", false),
            ("image-id", $$"""{"imageDigest":"sha256:{{await ImageDetailAsync("{{.Id}}")}}"}""", true),
            ("image-digest", $$"""{"imageDigest":"{{await ImageDetailAsync("{{.Digest}}")}}"}""", true),
            ("name", """{"container":"shop-1"}""", true),
            ("annotation", """{"annotations":{"com.example.hook":"on"}}""", true),
            ("env", """{"env":{"MODE":"prod"}}""", true),
            ("user", """{"user":"7:8"}""", true),
            ("bind-mounts", """{"mounts":{"destination":"/none"}}""", false),
            ("namespace", """{"namespace":"*"}""", false),
        ];
        await podman.ResetAsync();
        podman.Log.WriteConditions(podman.Rules, rules.Select(rule => (rule.Name, rule.When)));

        _ = (await podman.PodmanAsync(["run", "--rm", "--name", "shop-1", "--annotation", "com.example.hook=on", "--env", "MODE=prod", "--user", "7:8",
            .. podman.RunOptions(), PodmanHost.Image, "true"])).EnsureSuccess();

        Assert.Equal(
            rules.Where(rule => rule.Matches).Select(rule => rule.Name).Order(StringComparer.Ordinal),
            podman.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal));
    }

    private async Task<string> ImageDetailAsync(string template) =>
        (await podman.PodmanAsync("image", "inspect", "--format", template, PodmanHost.Image)).EnsureSuccess().OutputText.Trim();
}
