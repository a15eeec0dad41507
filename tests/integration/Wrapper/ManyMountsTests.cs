using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that a full machine does not affect a create. Each of Docker's containers adds lines to mountinfo.
/// </summary>
public sealed class ManyMountsTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Needs", "root")]
    public void A_create_reads_neither_mounts_nor_cgroups()
    {
        _bench.WriteRule("a.json", WrapperBench.Rule());
        string calls = Path.Combine(_bench.Root, "calls");

        new Command(
            "strace", "-o", calls, "-e", "trace=openat,statfs",
            Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "create", "--bundle", _bench.Bundle, "c1").Run().EnsureSuccess();

        string[] ofWrapper = [.. File.ReadLines(calls).TakeWhile(call => !call.Contains("ld.so", StringComparison.Ordinal))];
        Assert.Contains(ofWrapper, call => call.Contains("a.json", StringComparison.Ordinal));
        Assert.DoesNotContain(
            ofWrapper, call => call.Contains("mountinfo", StringComparison.Ordinal) || call.Contains("cgroup", StringComparison.Ordinal));
    }
}
