namespace IntegrationTests.Engines.Cri;

/// <summary>Tests what rules of format ocihooks/1 see of pods under containerd's CRI plugin.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class PodIdentityTests
{
    private readonly ContainerdDaemon _daemon;

    public PodIdentityTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-shim")]
    public async Task Conditions_see_namespace_pod_container_and_image(string handler)
    {
        _daemon.UseRuntime("runc");
        _daemon.Log.WriteConditions(
            _daemon.Rules,
            ("engine", """{"engine":"cri","containerType":"container"}"""),
            ("namespace", """{"namespace":"shop","containerType":"container"}"""),
            ("another", """{"namespace":"shopping"}"""),
            ("sandbox", """{"containerType":"sandbox","pod":"web"}"""),
            ("container", """{"container":"front"}"""),
            ("image", $$"""{"image":"{{ContainerdDaemon.Image}}"}"""),
            ("network", """{"network":"host","container":"front"}"""));

        await using Pod pod = await Pod.RunSandboxAsync(_daemon, handler);
        Assert.Equal(["sandbox"], _daemon.Log.Calls.Select(call => call.Name));
        string container = await pod.RunAsync("front");

        Assert.Equal(
            ["container", "engine", "image", "namespace", "network"],
            _daemon.Log.Calls.Where(call => call.Id == container).Select(call => call.Name).Order(StringComparer.Ordinal));
    }
}
