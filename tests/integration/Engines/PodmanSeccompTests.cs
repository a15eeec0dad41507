using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests Podman's containers: recording by the rule that <c>hookctl seccomp record</c> writes, and running under the result.
/// </summary>
[Trait("Needs", "root")]
public sealed class PodmanSeccompTests(PodmanHost podman) : IClassFixture<PodmanHost>
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task What_is_recorded_of_an_image_is_enforced_by_its_digest(string runtime)
    {
        await podman.ResetAsync(runtime);
        var seccomp = new SeccompCommands(podman.Host, podman.PathTo($"store-{runtime}"));
        _ = (await seccomp.RunAsync("record", "--image", PodmanHost.Image, "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await RunAsync("sh", "-c", "ls / | sort; nproc")).EnsureSuccess();
        string id = (await podman.PodmanAsync(["run", "--detach", .. podman.RunOptions(), PodmanHost.Image, "sleep", "1000"])).EnsureSuccess()
            .OutputText.Trim();
        Assert.Equal(1, (await podman.PodmanAsync("exec", id, "rmdir", "/proc")).ExitCode);
        _ = (await podman.PodmanAsync("rm", "--force", "--time", "0", id)).EnsureSuccess();

        JsonNode recording = await seccomp.ShowAsync(PodmanHost.Image);
        Assert.Equal(await ImageDetailAsync("{{.Digest}}"), recording["subject"]!.GetValue<string>());
        Assert.Equal(PodmanHost.Image, recording["image"]!.GetValue<string>());
        Assert.Equal(2, recording["runCount"]!.GetValue<int>());
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.Equal("rmdir", calls["rmdir"]!["process"]!.GetValue<string>());
        string[] watched = [.. calls.Select(call => call.Key).Intersect(["sched_getaffinity", "mkdir", "pivot_root"])];
        Assert.True(watched is ["sched_getaffinity"], calls.ToJsonString());

        _ = (await seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await seccomp.RunAsync("enforce", PodmanHost.Image)).EnsureSuccess();
        CommandResult result = await RunAsync("sh", "-c", "ls / | sort; mkdir /made");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        _ = (await seccomp.RunAsync("enforce", PodmanHost.Image, "--stop")).EnsureSuccess();
        _ = (await RunAsync("mkdir", "/made")).EnsureSuccess();

        string profile = podman.PathTo($"profile-{runtime}.json");
        File.WriteAllText(profile, (await seccomp.RunAsync("export", PodmanHost.Image)).EnsureSuccess().OutputText);
        result = await podman.PodmanAsync([
            "run", "--rm", "--security-opt", $"seccomp={profile}", .. podman.RunOptions(), PodmanHost.Image, "sh", "-c", "ls /; mkdir /made",
        ]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
    }

    private Task<CommandResult> RunAsync(params string[] command) =>
        podman.PodmanAsync(["run", "--rm", .. podman.RunOptions(), PodmanHost.Image, .. command]);

    private async Task<string> ImageDetailAsync(string template) =>
        (await podman.PodmanAsync("image", "inspect", "--format", template, PodmanHost.Image)).EnsureSuccess().OutputText.Trim();
}
