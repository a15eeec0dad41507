using System.Text.Json.Nodes;
using IntegrationTests.Engines.Cri;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests containerd's containers: recording by the rule that <c>hookctl seccomp record</c> writes, and running under the result.
/// </summary>
[Collection(ContainerdCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerdSeccompTests
{
    private readonly ContainerdDaemon _daemon;
    private readonly SeccompCommands _seccomp;

    public ContainerdSeccompTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
        _seccomp = new SeccompCommands(daemon.Host, daemon.PathTo("store-" + Guid.NewGuid().ToString("N")));
    }

    /// <summary>ctr passes no image name to hooks. Annotations identify its containers.</summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Ctrs_containers_are_known_by_annotations(string runtime)
    {
        string[] ours = ["--annotation", "com.example.traced=yes"];
        _daemon.UseRuntime(runtime);
        _ = (await _seccomp.RunAsync(["record", .. ours, "--as", "web", "--recorder", Repository.SeccompRecorder])).EnsureSuccess();
        _ = (await RunAsync(runtime, "traced", "sh", "-c", "ls / | sort; nproc")).EnsureSuccess();
        JsonNode recording = await _seccomp.ShowAsync("web");
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("nproc", calls["sched_getaffinity"]!["process"]!.GetValue<string>());
        Assert.False(calls.ContainsKey("mkdir") || calls.ContainsKey("pivot_root"));

        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        Assert.Contains("say which containers it is for", (await _seccomp.RunAsync("enforce", "web")).ErrorText, StringComparison.Ordinal);
        _ = (await _seccomp.RunAsync(["enforce", "web", .. ours])).EnsureSuccess();
        CommandResult result = await RunAsync(runtime, "enforced", "sh", "-c", "ls / | sort; mkdir /made");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        _ = (await _seccomp.RunAsync(["enforce", "web", "--stop", .. ours])).EnsureSuccess();
        Assert.Empty(Directory.GetFiles(_daemon.Rules));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-shim")]
    public async Task A_pods_containers_are_known_by_their_image(string handler)
    {
        _ = (await _seccomp.RunAsync("record", "--image", ContainerdDaemon.Image, "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler))
        {
            string container = await pod.RunAsync("front");
            Assert.Equal(0, (await pod.ExecAsync(container, "nproc")).ExitCode);
            await pod.StopAsync(container);
            await pod.RemoveAsync(container);
        }

        JsonNode recording = await _seccomp.ShowAsync(ContainerdDaemon.Image);
        Assert.Equal(ContainerdDaemon.Image, recording["subject"]!.GetValue<string>());
        Assert.Equal("front", recording["runs"]![0]!["name"]!.GetValue<string>());
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("nproc", calls["sched_getaffinity"]!["process"]!.GetValue<string>());
        Assert.True(!calls.ContainsKey("mkdir"), calls["mkdir"]?.ToJsonString());

        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", ContainerdDaemon.Image)).EnsureSuccess();
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler))
        {
            string container = await pod.RunAsync("front");
            Assert.Equal(0, (await pod.ExecAsync(container, "nproc")).ExitCode);
            await AssertMakesNoDirectoryAsync(pod, container);
        }

        _ = (await _seccomp.RunAsync("enforce", ContainerdDaemon.Image, "--stop")).EnsureSuccess();
        string profile = _daemon.PathTo("localhost-profile.json");
        File.WriteAllText(profile, (await _seccomp.RunAsync("export", ContainerdDaemon.Image)).EnsureSuccess().OutputText);
        await using (Pod pod = await Pod.RunSandboxAsync(_daemon, handler))
        {
            pod.SeccompProfile = profile;
            string container = await pod.RunAsync("front");
            Assert.Equal(0, (await pod.ExecAsync(container, "nproc")).ExitCode);
            await AssertMakesNoDirectoryAsync(pod, container);
        }
    }

    /// <summary>containerd may lose an exit code. The text distinguishes that from a created directory.</summary>
    private static async Task AssertMakesNoDirectoryAsync(Pod pod, string container) => Assert.Equal(
        ("mkdir: can't create directory '/made': Operation not permitted\n", 1), await pod.ExecAsync(container, "mkdir", "/made"));

    private Task<CommandResult> RunAsync(string runtime, string id, params string[] command) => _daemon.CtrAsync(_daemon.RunArguments(
        runtime, ["--rm", "--annotation", "com.example.traced=yes", ContainerdDaemon.Image, $"{id}-{runtime}", .. command]));
}
