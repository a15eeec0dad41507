using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>Tests what <c>hookctl doctor</c> reports if it cannot write anything.</summary>
[Trait("Needs", "root")]
public sealed class DoctorFailureTests : IAsyncDisposable
{
    private readonly HookCtlBench _bench = new();
    private readonly PrivateHost _host = new();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _bench.Dispose();
    }

    /// <summary>There is room for the container's directory, but not for its files.</summary>
    [Fact]
    public async Task Where_no_container_can_be_written_that_is_told_and_nothing_is_left()
    {
        _ = (await _host.ShellAsync("mount -o remount,nr_inodes=$(($(df --output=iused /run | tail -n 1) + 1)) /run")).EnsureSuccess();

        List<DoctorFinding> findings = DoctorFinding.All(
            await _host.RunAsync("env", "PATH=/no/such", Repository.HookCtl, "doctor", "--json", "--config", _bench.SettingsFile));

        DoctorFinding container = Assert.Single(findings, found => found.Check == "container");
        Assert.Equal(("problem", "make room for it"), (container.Severity, container.Advice));
        Assert.Contains("a throw-away container cannot be written there: No space left on device", container.Text, StringComparison.Ordinal);
        Assert.Equal("", (await _host.ShellAsync("ls -d /run/ocihooks-doctor* 2>/dev/null || true")).OutputText);
    }
}
