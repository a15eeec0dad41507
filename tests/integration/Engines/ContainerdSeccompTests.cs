using System.Text.Json.Nodes;
using IntegrationTests.Engines.Cri;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>containerd's containers recorded by the rule that <c>hookctl seccomp record</c> writes, and run under what follows.</summary>
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

    /// <summary>ctr tells no hook which image it is: its containers are known by what it is given.</summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Ctrs_containers_are_known_by_annotations(string runtime)
    {
        string[] ours = ["--annotation", "com.example.traced=yes"];
        _daemon.UseRuntime(runtime);
        _ = _seccomp.Run(["record", .. ours, "--as", "web", "--recorder", Repository.SeccompRecorder]).EnsureSuccess();
        _ = Run(runtime, "traced", "sh", "-c", "ls / | sort; nproc").EnsureSuccess();
        JsonNode recording = _seccomp.Show("web");
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("nproc", calls["sched_getaffinity"]!["process"]!.GetValue<string>());
        Assert.False(calls.ContainsKey("mkdir") || calls.ContainsKey("pivot_root"));

        _ = _seccomp.Run("record", "--stop").EnsureSuccess();
        Assert.Contains("say which containers it is for", _seccomp.Run("enforce", "web").ErrorText, StringComparison.Ordinal);
        _ = _seccomp.Run(["enforce", "web", .. ours]).EnsureSuccess();
        CommandResult result = Run(runtime, "enforced", "sh", "-c", "ls / | sort; mkdir /made");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        _ = _seccomp.Run(["enforce", "web", "--stop", .. ours]).EnsureSuccess();
        Assert.Empty(Directory.GetFiles(_daemon.Rules));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-shim")]
    public void A_pods_containers_are_known_by_their_image(string handler)
    {
        _ = _seccomp.Run("record", "--image", ContainerdDaemon.Image, "--recorder", Repository.SeccompRecorder).EnsureSuccess();
        using (var pod = new Pod(_daemon, handler))
        {
            string container = pod.Run("front");
            Assert.Equal(0, pod.Exec(container, "nproc").ExitCode);
            pod.Stop(container);
            pod.Remove(container);
        }

        JsonNode recording = _seccomp.Show(ContainerdDaemon.Image);
        Assert.Equal(ContainerdDaemon.Image, recording["subject"]!.GetValue<string>());
        Assert.Equal("front", recording["runs"]![0]!["name"]!.GetValue<string>());
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("nproc", calls["sched_getaffinity"]!["process"]!.GetValue<string>());
        Assert.True(!calls.ContainsKey("mkdir"), calls["mkdir"]?.ToJsonString());

        _ = _seccomp.Run("record", "--stop").EnsureSuccess();
        _ = _seccomp.Run("enforce", ContainerdDaemon.Image).EnsureSuccess();
        using (var pod = new Pod(_daemon, handler))
        {
            string container = pod.Run("front");
            Assert.Equal(0, pod.Exec(container, "nproc").ExitCode);
            AssertMakesNoDirectory(pod, container);
        }

        _ = _seccomp.Run("enforce", ContainerdDaemon.Image, "--stop").EnsureSuccess();
        string profile = _daemon.PathTo("localhost-profile.json");
        File.WriteAllText(profile, _seccomp.Run("export", ContainerdDaemon.Image).EnsureSuccess().OutputText);
        using (var pod = new Pod(_daemon, handler) { SeccompProfile = profile })
        {
            string container = pod.Run("front");
            Assert.Equal(0, pod.Exec(container, "nproc").ExitCode);
            AssertMakesNoDirectory(pod, container);
        }
    }

    /// <summary>The text tells a directory that was made from an exit code that containerd has lost.</summary>
    private static void AssertMakesNoDirectory(Pod pod, string container) => Assert.Equal(
        ("mkdir: can't create directory '/made': Operation not permitted\n", 1), pod.Exec(container, "mkdir", "/made"));

    private CommandResult Run(string runtime, string id, params string[] command) => _daemon.Ctr(_daemon.RunArguments(
        runtime, ["--rm", "--annotation", "com.example.traced=yes", ContainerdDaemon.Image, $"{id}-{runtime}", .. command]));
}
