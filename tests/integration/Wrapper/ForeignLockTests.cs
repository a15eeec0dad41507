using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that no program of ours waits for other users' locks. Whoever may read a directory may lock it, flock(2), and keep it locked.
/// </summary>
[Trait("Needs", "root")]
public sealed class ForeignLockTests : IAsyncDisposable
{
    private readonly WrapperBench _bench = new();
    private readonly List<RunningProgram> _holders = [];

    public ForeignLockTests() => _ = new Command("chmod", "755", _bench.Root, _bench.Bundle).Run().EnsureSuccess();

    public async ValueTask DisposeAsync()
    {
        foreach (RunningProgram holder in _holders)
        {
            await holder.DisposeAsync();
        }

        _bench.Dispose();
    }

    [Fact]
    public async Task A_create_does_not_wait_for_who_locks_its_bundle()
    {
        _bench.WriteRule("a.json", WrapperBench.Rule());
        await HoldAsNobodyAsync(_bench.Bundle);
        string trace = Path.Combine(_bench.Root, "trace");

        CommandResult result = new Command(
            "strace", "-f", "-o", trace, "-e", "trace=nanosleep,clock_nanosleep,fcntl",
            Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "create", "--bundle", _bench.Bundle, "c1")
        {
            Environment = [.. Command.InheritedEnvironment, $"RECORDER_DIR={_bench.Records}"],
        }.Run();

        _bench.AssertInjectedOnce(result);
        Assert.Contains(File.ReadLines(trace), line => line.Contains("F_OFD_SETLK", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines(trace), line => line.Contains("nanosleep", StringComparison.Ordinal));
        _bench.AssertNothingLeftBehind();
    }

    [Fact]
    public async Task Metrics_are_counted_whoever_locks_their_directory()
    {
        await HoldAsNobodyAsync(_bench.Root);
        string log = Path.Combine(_bench.Root, "log");
        File.WriteAllText(log, "");
        _bench.Set("log", new System.Text.Json.Nodes.JsonObject { ["journald"] = false, ["file"] = log });

        _ = new Command(
            Repository.HookCtl, "stats", "--prometheus", Path.Combine(_bench.Root, "metrics"), "--config", _bench.SettingsFile)
        {
            Timeout = TimeSpan.FromMinutes(2),
        }.Run().EnsureSuccess();
    }

    [Fact]
    public async Task A_recording_ends_whoever_locks_its_directories()
    {
        string state = Directory.CreateDirectory(Path.Combine(_bench.Root, "state")).FullName;
        await HoldAsNobodyAsync(state);

        // The recorder may mount a file system for eBPF objects in the directory.
        _ = (await PrivateBpf.RunAsync(
            """{"ociVersion":"1.0.2","id":"c1","status":"stopped","pid":0,"bundle":"/nowhere"}""",
            Repository.SeccompRecorder, "stop", "--state", state, "--store", Path.Combine(_bench.Root, "store"))).EnsureSuccess();
    }

    /// <summary>Locks a directory as another user. The lock is held when this returns.</summary>
    private async Task HoldAsNobodyAsync(string directory)
    {
        RunningProgram holder = new ExternalProgram(
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "flock", "-x", directory, "sh", "-c", "echo held; exec cat").Start();
        _holders.Add(holder);
        Assert.Equal("held", await holder.ReadLineAsync());
    }
}
