using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>oci-seccomp-bpf-hook, made for Podman, under Docker by its own hooks.d file.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerBpfHookTests
{
    private readonly DockerDaemon _daemon;

    public DockerBpfHookTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Fact]
    public void Its_failure_reaches_who_runs_the_container()
    {
        BpfHook.SkipWithHeaders();
        BpfHook.AddTo(_daemon.Rules);
        CommandResult result = Run("without", $"of:{_daemon.PathTo("without.json")}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("BPF program didn't compile and attach within 10 seconds", result.ErrorText, StringComparison.Ordinal);
    }

    private CommandResult Run(string name, string order) => _daemon.DockerRun(
        DockerDaemon.Annotating, "--rm", "--name", name, "--env", $"ANNOTATION={BpfHook.Annotation}={order}", DockerDaemon.Image,
        "sh", "-c", "ls /; mkdir /made; true");
}
