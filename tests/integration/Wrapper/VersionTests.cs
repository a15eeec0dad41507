using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests <c>runc-wrap --wrap-version</c>.</summary>
public sealed class VersionTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_wrapper_tells_its_version_and_its_runtime_and_calls_nobody()
    {
        CommandResult result = _bench.Run("--wrap-version");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Matches($@"^runc-wrap \d+\.\d+\.\d+\nruntime {Probes.Recorder}\n$", result.OutputText);
        Assert.Empty(_bench.Calls);
    }

    [Theory]
    [InlineData("/no/such/runtime", 127, "was not found")]
    [InlineData(null, 125, "is this wrapper itself")]
    public void A_runtime_that_cannot_be_run_is_told_after_the_version(string? runtime, int exitCode, string reason)
    {
        _bench.Set("runtime", runtime ?? Repository.Wrapper);

        CommandResult result = _bench.Run("--wrap-version");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("runc-wrap ", result.OutputText, StringComparison.Ordinal);
        Assert.Contains(reason, result.ErrorText, StringComparison.Ordinal);
    }
}
