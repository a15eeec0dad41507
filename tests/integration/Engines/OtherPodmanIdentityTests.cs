using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>What rules see of containers of the Podmans that other Debians have: since 5, --rm containers are in a store of their own.</summary>
[Trait("Needs", "root")]
public sealed class OtherPodmanIdentityTests
{
    private static readonly string[] s_names = ["digest", "id", "image", "name"];

    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public void Conditions_see_what_podman_run_said(string suite)
    {
        using var podman = new PodmanHost(suite);
        podman.Reset();
        WriteRules(podman);

        Assert.Equal(s_names, Matched(podman, [], "--name", "shop-1", PodmanHost.Image));
        Assert.Equal(s_names, Matched(podman, [], "--rm", "--name", "shop-2", PodmanHost.Image));
        Assert.Equal(s_names, Matched(podman, [], "--rm", "--name", "shop-3", ImageDetail(podman, "{{.Id}}")));
        Assert.Equal(["name"], Matched(podman, [], "--rm", "--name", "shop-4", "--rootfs", podman.PathTo("rootfs")));
    }

    /// <summary>Then bundles and stores of containers are where Podman keeps what it needs as it runs, and images are not.</summary>
    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public void A_transient_store_is_found(string suite)
    {
        using var podman = new PodmanHost(suite);
        podman.Reset();
        WriteRules(podman);

        Assert.Equal(s_names, Matched(podman, ["--transient-store"], "--rm", "--name", "shop-1", PodmanHost.Image));
        Assert.Equal(s_names, Matched(podman, ["--transient-store"], "--name", "shop-2", PodmanHost.Image));
    }

    /// <summary>Podman tells the first of an image's names where it was told an ID.</summary>
    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public void An_image_has_all_of_its_names(string suite)
    {
        using var podman = new PodmanHost(suite);
        podman.Reset();
        _ = podman.Podman("tag", PodmanHost.Image, "localhost/second:1").EnsureSuccess();
        podman.Log.WriteConditions(podman.Rules, ("first", $$"""{"image":"{{PodmanHost.Image}}"}"""), ("second", """{"image":"localhost/second:*"}"""));

        Assert.Equal(["first", "second"], Matched(podman, [], "--rm", ImageDetail(podman, "{{.Id}}")));
    }

    [Theory]
    [InlineData("trixie")]
    [InlineData("forky")]
    public void An_image_of_another_store_refuses_a_rule_that_asks_for_its_digest(string suite)
    {
        using var podman = new PodmanHost(suite);
        podman.Reset();
        podman.Log.WriteConditions(podman.Rules, ("digest", """{"imageDigest":"sha256:aa"}"""), ("id", $$"""{"imageDigest":"sha256:{{ImageDetail(podman, "{{.Id}}")}}"}"""));
        string[] store = ["--root", podman.PathTo("elsewhere"), "--storage-opt", $"vfs.imagestore={podman.PathTo("storage")}"];

        CommandResult result = podman.Podman(store, ["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "true"]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("when.imageDigest cannot be told: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("which is in another store", result.ErrorText, StringComparison.Ordinal);
        File.Delete(Path.Combine(podman.Rules, "digest.json"));
        _ = podman.Podman(store, ["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, "true"]).EnsureSuccess();
        Assert.Equal(["id"], podman.Log.Calls.Select(call => call.Name));
    }

    private static void WriteRules(PodmanHost podman) => podman.Log.WriteConditions(
        podman.Rules,
        ("image", $$"""{"image":"{{PodmanHost.Image}}"}"""),
        ("name", """{"container":"shop-*"}"""),
        ("digest", $$"""{"imageDigest":"{{ImageDetail(podman, "{{.Digest}}")}}"}"""),
        ("id", $$"""{"imageDigest":"sha256:{{ImageDetail(podman, "{{.Id}}")}}"}"""));

    /// <summary>Runs a container that ends by itself. The rules that it got.</summary>
    private static IEnumerable<string> Matched(PodmanHost podman, string[] options, params string[] arguments)
    {
        podman.Log.Clear();
        _ = podman.Podman(options, ["run", .. podman.RunOptions(), .. arguments, "true"]).EnsureSuccess();
        return podman.Log.Calls.Select(call => call.Name).Order(StringComparer.Ordinal);
    }

    private static string ImageDetail(PodmanHost podman, string template) =>
        podman.Podman("image", "inspect", "--format", template, PodmanHost.Image).EnsureSuccess().OutputText.Trim();
}
