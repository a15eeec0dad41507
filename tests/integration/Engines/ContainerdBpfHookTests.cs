using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests oci-seccomp-bpf-hook, which was written for Podman, with its own hooks.d file under containerd.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerdBpfHookTests
{
    private readonly ContainerdDaemon _daemon;

    public ContainerdBpfHookTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Fact]
    public async Task Its_failure_reaches_who_runs_the_container()
    {
        BpfHook.SkipWithHeaders();
        BpfHook.AddTo(_daemon.Rules);
        CommandResult result = await RunAsync("without", $"of:{_daemon.PathTo("without.json")}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("BPF program didn't compile and attach within 10 seconds", result.ErrorText, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(string id, string order) => _daemon.CtrAsync(
        _daemon.RunArguments("runc", "--rm", "--annotation", $"{BpfHook.Annotation}={order}",
            ContainerdDaemon.Image, id, "sh", "-c", "ls /; mkdir /made; true"));
}
