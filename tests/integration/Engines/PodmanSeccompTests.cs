using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Podman's containers recorded by the rule that <c>hookctl seccomp record</c> writes, and run under what follows.</summary>
[Trait("Needs", "root")]
public sealed class PodmanSeccompTests(PodmanHost podman) : IClassFixture<PodmanHost>
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void What_is_recorded_of_an_image_is_enforced_by_its_digest(string runtime)
    {
        podman.Reset(runtime);
        var seccomp = new SeccompCommands(podman.Host, podman.PathTo($"store-{runtime}"));
        _ = seccomp.Run("record", "--image", PodmanHost.Image, "--recorder", Repository.SeccompRecorder).EnsureSuccess();
        _ = Run("sh", "-c", "ls / | sort; nproc").EnsureSuccess();
        string id = podman.Podman(["run", "--detach", .. podman.RunOptions(), PodmanHost.Image, "sleep", "1000"]).EnsureSuccess()
            .OutputText.Trim();
        Assert.Equal(1, podman.Podman("exec", id, "rmdir", "/proc").ExitCode);
        _ = podman.Podman("rm", "--force", "--time", "0", id).EnsureSuccess();

        JsonNode recording = seccomp.Show(PodmanHost.Image);
        Assert.Equal(ImageDetail("{{.Digest}}"), recording["subject"]!.GetValue<string>());
        Assert.Equal(PodmanHost.Image, recording["image"]!.GetValue<string>());
        Assert.Equal(2, recording["runCount"]!.GetValue<int>());
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("rmdir", calls["rmdir"]!["process"]!.GetValue<string>());
        string[] watched = [.. calls.Select(call => call.Key).Intersect(["sched_getaffinity", "mkdir", "pivot_root"])];
        Assert.True(watched is ["sched_getaffinity"], calls.ToJsonString());

        _ = seccomp.Run("record", "--stop").EnsureSuccess();
        _ = seccomp.Run("enforce", PodmanHost.Image).EnsureSuccess();
        CommandResult result = Run("sh", "-c", "ls / | sort; mkdir /made");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        _ = seccomp.Run("enforce", PodmanHost.Image, "--stop").EnsureSuccess();
        _ = Run("mkdir", "/made").EnsureSuccess();

        string profile = podman.PathTo($"profile-{runtime}.json");
        File.WriteAllText(profile, seccomp.Run("export", PodmanHost.Image).EnsureSuccess().OutputText);
        result = podman.Podman([
            "run", "--rm", "--security-opt", $"seccomp={profile}", .. podman.RunOptions(), PodmanHost.Image, "sh", "-c", "ls /; mkdir /made",
        ]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
    }

    private CommandResult Run(params string[] command) =>
        podman.Podman(["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, .. command]);

    private string ImageDetail(string template) =>
        podman.Podman("image", "inspect", "--format", template, PodmanHost.Image).EnsureSuccess().OutputText.Trim();
}
