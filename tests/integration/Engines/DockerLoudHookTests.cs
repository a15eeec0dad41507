using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests hooks that write very much. Each test has its own daemon. While runc creates a container nobody reads its output, and a runc that
/// cannot write its message hangs forever, with every request for the container.
/// </summary>
[Trait("Needs", "root")]
public sealed class DockerLoudHookTests : IAsyncLifetime
{
    private const int Megabytes = 100;

    private readonly DockerDaemon _daemon = new();
    private readonly SupervisedDocker _docker;

    public DockerLoudHookTests() => _docker = new SupervisedDocker(_daemon);

    public async ValueTask InitializeAsync()
    {
        await _daemon.InitializeAsync();
        try
        {
            await _docker.InitializeAsync();
        }
        catch
        {
            await _daemon.DisposeAsync();
            throw;
        }
    }

    [Theory]
    [InlineData("hooked", ">&2")]
    [InlineData("hooked", "| tee /dev/stderr")]
    [InlineData("hooked-crun", "| tee /dev/stderr")]
    public async Task Of_a_failure_the_message_has_the_end_of_the_output(string runtime, string where)
    {
        _docker.WriteRule("loud.json", "createRuntime",
            $"cat >/dev/null; dd if=/dev/zero bs=1048576 count={Megabytes} 2>/dev/null | tr '\\0' 'x' {where}; echo THE END >&2; exit 3");

        CommandResult result = await RunAsync(runtime, "true");

        Assert.Equal(125, result.ExitCode);
        Assert.InRange(result.Error.Length, 0, 70_000);

        // crun discards the output of hooks.
        Assert.Equal(runtime == "hooked", result.ErrorText.Contains("xxxTHE END", StringComparison.Ordinal));
        Assert.Equal(runtime == "hooked", result.ErrorText.Contains("failed with exit code 3", StringComparison.Ordinal));
        Assert.Equal((Megabytes * 1024 * 1024) + 8, (long)Assert.Single(_docker.Endings)["ocihooksStderrBytes"]!);
        _docker.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Of_a_success_nobody_sees_it(string runtime)
    {
        _docker.WriteRule("loud.json", "createRuntime",
            $"cat >/dev/null; dd if=/dev/zero bs=1048576 count={Megabytes} 2>/dev/null | tee /dev/stderr");

        CommandResult result = await RunAsync(runtime, "echo", "lived");

        Assert.Equal(("lived\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        JsonNode ending = Assert.Single(_docker.Endings);
        Assert.Equal(Megabytes * 1024 * 1024, (long)ending["ocihooksStdoutBytes"]!);
        Assert.Equal(Megabytes * 1024 * 1024, (long)ending["ocihooksStderrBytes"]!);
        _docker.AssertNothingIsLeft();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _docker.DisposeAsync();
        }
        finally
        {
            await _daemon.DisposeAsync();
        }
    }

    private Task<CommandResult> RunAsync(string runtime, params IEnumerable<string> command) =>
        _daemon.DockerRunAsync(runtime, ["--rm", DockerDaemon.Image, .. command]);
}
