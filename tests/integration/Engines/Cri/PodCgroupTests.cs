using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>
/// Tests the cgroup arguments that containerd passes to runc when it creates a pod's sandbox. They must be the same for the handlers of
/// OciHooks and for runc. A recorder replaces runc, because no systemd manages cgroups here.
/// </summary>
[Trait("Needs", "root")]
public sealed partial class PodCgroupTests
{
    private const string Flag = "--systemd-cgroup";
    private const string Runtimes = "plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes";

    /// <summary>The paths of the calls that were already checked.</summary>
    private readonly HashSet<string> _seen = [];

    [Theory]
    [InlineData(EngineSuite.Own, true)]
    [InlineData(EngineSuite.Own, false)]
    [InlineData("trixie", true)]
    [InlineData("trixie", false)]
    [InlineData("forky", true)]
    [InlineData("forky", false)]
    public async Task Each_handler_gives_the_low_level_runtime_what_runc_would_get(string suite, bool bySystemd)
    {
        await using var daemon = new ContainerdDaemon(suite, daemon => ConfigureAsync(daemon, bySystemd));
        await daemon.InitializeAsync();
        daemon.UseRuntime("runc");
        string parent = bySystemd ? "kubepods-burstable-pod1.slice" : "/kubepods/burstable/pod1";

        string[] runc = await CreateOfAsync(daemon, "runc", parent);
        string[] hooked = await CreateOfAsync(daemon, "hooked", parent);
        string[] shim = await CreateOfAsync(daemon, "hooked-shim", parent);

        Assert.Contains("create", runc);
        Assert.Equal(bySystemd, runc.Contains(Flag));
        Assert.Equal(runc, hooked);
        Assert.Equal(runc.Order(StringComparer.Ordinal), shim.Order(StringComparer.Ordinal));
    }

    private static string Records(ContainerdDaemon daemon) => daemon.PathTo("records");

    private static async Task ConfigureAsync(ContainerdDaemon daemon, bool bySystemd)
    {
        string runtimes = Directory.CreateDirectory(daemon.PathTo("runtimes")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(runtimes, "runc"), Probes.Recorder);
        _ = Directory.CreateDirectory(Records(daemon));
        daemon.PathEntries = [.. daemon.PathEntries, runtimes];
        daemon.Environment = [$"RECORDER_DIR={Records(daemon)}"];
        File.WriteAllText(daemon.Main, $"""
            {daemon.BasicConfiguration()}
            [{Runtimes}.runc]
              runtime_type = "io.containerd.runc.v2"
              [{Runtimes}.runc.options]
                SystemdCgroup = {(bySystemd ? "true" : "false")}
            [{Runtimes}.hooked-shim]
              runtime_type = "{ContainerdDaemon.RuntimeType}"

            """);
        _ = (await daemon.Host.RunAsync(
            "env", $"PATH={string.Join(':', daemon.PathEntries)}:/usr/sbin:/usr/bin:/sbin:/bin",
            Repository.HookCtl, "install", "containerd", "--config-file", daemon.Main, "--wrapper", Path.Combine(daemon.Programs, "runc-wrap")))
            .EnsureSuccess();
    }

    /// <summary>Returns the arguments of a sandbox's create, with its ID replaced. The recorder creates no sandbox.</summary>
    private async Task<string[]> CreateOfAsync(ContainerdDaemon daemon, string handler, string cgroupParent)
    {
        _ = await Assert.ThrowsAsync<CriException>(() => Pod.RunSandboxAsync(daemon, handler, cgroupParent, "shop"));

        // containerd may also have called the recorder to clean up after the previous create.
        RecordedCall[] calls = [.. RecordedCall.In(Records(daemon)).Where(call => _seen.Add(call.Place))];
        RecordedCall call = Assert.Single(calls, call => call.Arguments.Contains("create"));
        return [.. call.Arguments.Skip(1).Select(argument => Id().Replace(argument, "ID"))];
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Id();
}
