using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests oci-seccomp-bpf-hook, which was written for Podman, with its own hooks.d file under Docker.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerBpfHookTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Its_failure_reaches_who_runs_the_container()
    {
        BpfHook.SkipWithHeaders();
        BpfHook.AddTo(daemon.Rules);
        CommandResult result = await RunAsync("without", $"of:{daemon.PathTo("without.json")}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("BPF program didn't compile and attach within 10 seconds", result.ErrorText, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(string name, string order) => daemon.DockerRunAsync(
        DockerDaemon.Annotating, "--rm", "--name", name, "--env", $"ANNOTATION={BpfHook.Annotation}={order}", DockerDaemon.Image,
        "sh", "-c", "ls /; mkdir /made; true");
}
