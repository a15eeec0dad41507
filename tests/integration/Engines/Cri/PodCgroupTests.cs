using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>
/// What containerd has runc told of cgroups, when a pod's sandbox is created, for the handlers of OciHooks as for runc itself. A recorder
/// stands in runc's place: nobody manages cgroups by systemd here.
/// </summary>
[Trait("Needs", "root")]
public sealed partial class PodCgroupTests
{
    private const string Flag = "--systemd-cgroup";
    private const string Runtimes = "plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes";

    /// <summary>The calls that have been looked at.</summary>
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

    /// <summary>The arguments of the create of a pod's sandbox, without those that name it. The recorder creates none.</summary>
    private async Task<string[]> CreateOfAsync(ContainerdDaemon daemon, string handler, string cgroupParent)
    {
        _ = await Assert.ThrowsAsync<CriException>(() => Pod.RunSandboxAsync(daemon, handler, cgroupParent, "shop"));

        // containerd may go on to clean up what the last one was to be.
        RecordedCall[] calls = [.. RecordedCall.In(Records(daemon)).Where(call => _seen.Add(call.Place))];
        RecordedCall call = Assert.Single(calls, call => call.Arguments.Contains("create"));
        return [.. call.Arguments.Skip(1).Select(argument => Id().Replace(argument, "ID"))];
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Id();
}
