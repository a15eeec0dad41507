using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests what rules see of containers of other Debians' Podmans. Since Podman 5, --rm containers have their own store.
/// </summary>
[Trait("Needs", "root")]
public sealed class OtherPodmanIdentityTests
{
    private static readonly string[] s_names = ["digest", "id", "image", "name"];

    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public async Task Conditions_see_what_podman_run_said(string suite)
    {
        await using var podman = new PodmanHost(suite);
        await podman.InitializeAsync();
        await podman.ResetAsync();
        await WriteRulesAsync(podman);

        Assert.Equal(s_names, await MatchedAsync(podman, [], "--name", "shop-1", PodmanHost.Image));
        Assert.Equal(s_names, await MatchedAsync(podman, [], "--rm", "--name", "shop-2", PodmanHost.Image));
        Assert.Equal(s_names, await MatchedAsync(podman, [], "--rm", "--name", "shop-3", await ImageDetailAsync(podman, "{{.Id}}")));
        Assert.Equal(["name"], await MatchedAsync(podman, [], "--rm", "--name", "shop-4", "--rootfs", podman.PathTo("rootfs")));
    }

    /// <summary>Podman then keeps bundles and container stores under its run root, but not images.</summary>
    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public async Task A_transient_store_is_found(string suite)
    {
        await using var podman = new PodmanHost(suite);
        await podman.InitializeAsync();
        await podman.ResetAsync();
        await WriteRulesAsync(podman);

        Assert.Equal(s_names, await MatchedAsync(podman, ["--transient-store"], "--rm", "--name", "shop-1", PodmanHost.Image));
        Assert.Equal(s_names, await MatchedAsync(podman, ["--transient-store"], "--name", "shop-2", PodmanHost.Image));
    }

    /// <summary>Given an ID, Podman passes on only the first of an image's names.</summary>
    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public async Task An_image_has_all_of_its_names(string suite)
    {
        await using var podman = new PodmanHost(suite);
        await podman.InitializeAsync();
        await podman.ResetAsync();
        _ = (await podman.PodmanAsync("tag", PodmanHost.Image, "localhost/second:1")).EnsureSuccess();
        podman.Log.WriteConditions(podman.Rules, ("first", $$"""{"image":"{{PodmanHost.Image}}"}"""), ("second", """{"image":"localhost/second:*"}"""));

        Assert.Equal(["first", "second"], await MatchedAsync(podman, [], "--rm", await ImageDetailAsync(podman, "{{.Id}}")));
    }

    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public async Task An_image_of_another_store_refuses_a_rule_that_asks_for_its_digest(string suite)
    {
        await using var podman = new PodmanHost(suite);
        await podman.InitializeAsync();
        await podman.ResetAsync();
        string image = await ImageDetailAsync(podman, "{{.Id}}");
        podman.Log.WriteConditions(
            podman.Rules, ("digest", """{"imageDigest":"sha256:aa"}"""), ("id", $$"""{"imageDigest":"sha256:{{image}}"}"""));
        string[] store = ["--root", podman.PathTo("elsewhere"), "--storage-opt", $"vfs.imagestore={podman.PathTo("storage")}"];

        CommandResult result = await podman.PodmanAsync(store, ["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "true"]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("when.imageDigest cannot be told: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("which is in another store", result.ErrorText, StringComparison.Ordinal);
        File.Delete(Path.Combine(podman.Rules, "digest.json"));
        _ = (await podman.PodmanAsync(store, ["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "true"])).EnsureSuccess();
        Assert.Equal(["id"], podman.Log.Calls.Select(call => call.Name));
    }

    private static async Task WriteRulesAsync(PodmanHost podman) => podman.Log.WriteConditions(
        podman.Rules,
        ("image", $$"""{"image":"{{PodmanHost.Image}}"}"""),
        ("name", """{"container":"shop-*"}"""),
        ("digest", $$"""{"imageDigest":"{{await ImageDetailAsync(podman, "{{.Digest}}")}}"}"""),
        ("id", $$"""{"imageDigest":"sha256:{{await ImageDetailAsync(podman, "{{.Id}}")}}"}"""));

    /// <summary>Runs a container that ends by itself. Returns the rules that matched it.</summary>
    private static async Task<IEnumerable<string>> MatchedAsync(PodmanHost podman, string[] options, params string[] arguments)
    {
        podman.Log.Clear();
        _ = (await podman.PodmanAsync(options, ["run", .. podman.RunOptions(), .. arguments, "true"])).EnsureSuccess();
        return podman.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal);
    }

    private static async Task<string> ImageDetailAsync(PodmanHost podman, string template) =>
        (await podman.PodmanAsync("image", "inspect", "--format", template, PodmanHost.Image)).EnsureSuccess().OutputText.Trim();
}
