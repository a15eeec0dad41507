using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>
/// Tests Docker's containers: recording by the rule that <c>hookctl seccomp record</c> writes, and running under the result.
/// </summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerSeccompTests : IAsyncLifetime
{
    private readonly DockerDaemon _daemon;
    private readonly SeccompCommands _seccomp;

    public DockerSeccompTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _seccomp = new SeccompCommands(_daemon.Host, _daemon.PathTo("store-" + Guid.NewGuid().ToString("N")));
    }

    public async ValueTask InitializeAsync()
    {
        await _daemon.ResetAsync();
        _ = (await _seccomp.RunAsync("record", "--image", "busybox:*", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
    }

    public async ValueTask DisposeAsync() => await _daemon.ResetAsync();

    [Theory]
    [InlineData("hooked", "no-new-privileges=true")]
    [InlineData("hooked", "seccomp=unconfined")]
    [InlineData("hooked-crun", "no-new-privileges=true")]
    public async Task Run_and_exec_are_recorded_by_image(string runtime, string option)
    {
        _ = (await _daemon.DockerRunAsync(runtime, "--rm", "--security-opt", option, DockerDaemon.Image, "nproc")).EnsureSuccess();
        string id = await _daemon.DockerRunDetachedAsync(runtime, "--security-opt", option, DockerDaemon.Image, "sleep", "1000");
        _ = (await _daemon.DockerAsync("exec", id, "mkdir", "/made")).EnsureSuccess();
        _ = (await _daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();

        // Docker removes the container after the runtime has, and poststop hooks run before that.
        JsonNode recording = await ShowAsync();
        Assert.Equal(2, recording["runCount"]!.GetValue<int>());
        Assert.Equal("docker.io/library/" + DockerDaemon.Image, recording["image"]!.GetValue<string>());
        Assert.Equal(await _daemon.InspectAsync(DockerDaemon.Image, "{{.Id}}"), recording["subject"]!.GetValue<string>());
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.True(calls.ContainsKey("sched_getaffinity"));
        Assert.Equal("mkdir", calls["mkdir"]!["process"]!.GetValue<string>());
        Assert.False(calls.ContainsKey("pivot_root"));
        Assert.Contains("mkdir", recording["runs"]![1]!["new"]!.AsArray().Select(call => call!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_exported_is_a_profile_for_docker()
    {
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "sh", "-c", "ls / | sort")).EnsureSuccess();
        string profile = _daemon.PathTo("profile.json");
        _ = (await _seccomp.RunAsync("export", DockerDaemon.Image, "--output", profile)).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        Assert.Empty(Directory.GetFiles(_daemon.Rules));
        foreach (string option in (string[])["no-new-privileges=true", "no-new-privileges=false"])
        {
            CommandResult result = await _daemon.DockerRunAsync("hooked", "--rm", "--security-opt", $"seccomp={profile}", "--security-opt", option,
                DockerDaemon.Image, "sh", "-c", "ls / | sort; mkdir /made");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
            Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_or_a_label_is_enough()
    {
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--label", "trace=yes", "--as", "traced", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "mkdir", "/other")).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", "--label", "trace=yes", DockerDaemon.Image, "nproc")).EnsureSuccess();
        JsonNode recording = JsonNode.Parse((await _seccomp.RunAsync("show", "traced", "--json")).EnsureSuccess().Output)!;
        JsonObject calls = recording["calls"]!["SCMP_ARCH_X86_64"]!.AsObject();
        Assert.True(calls.ContainsKey("sched_getaffinity") && !calls.ContainsKey("mkdir"));
    }

    [Fact]
    public async Task Record_complain_and_enforce_are_three_commands()
    {
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "sh", "-c", "ls / | sort")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();

        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, "--complain", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", "--name", "curious", DockerDaemon.Image, "mkdir", "/made")).EnsureSuccess();
        JsonNode denial = JsonNode.Parse((await _seccomp.RunAsync("denials", "--json")).Output)!.AsArray()
            .Single(entry => entry!["call"]!.GetValue<string>() == "mkdir")!;
        Assert.Equal("mkdir", denial["process"]!.GetValue<string>());
        Assert.Equal("curious", denial["name"]!.GetValue<string>());
        Assert.Equal(1, denial["count"]!.GetValue<int>());

        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image)).EnsureSuccess();
        Assert.StartsWith("seccomp-enforce-", Path.GetFileName(Assert.Single(Directory.GetFiles(_daemon.Rules))), StringComparison.Ordinal);
        foreach (string option in (string[])["no-new-privileges=true", "no-new-privileges=false", "seccomp=unconfined"])
        {
            CommandResult result = await _daemon.DockerRunAsync(
                "hooked", "--rm", "--security-opt", option, DockerDaemon.Image, "sh", "-c", "ls / | sort; mkdir /made");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
            Assert.Contains("proc\n", result.OutputText, StringComparison.Ordinal);
        }

        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, "--stop")).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "mkdir", "/made")).EnsureSuccess();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task An_enforced_container_is_run_entered_stopped_and_started_again(string runtime)
    {
        string id = await _daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sh", "-c", "ls / | sort; exec sleep 1000");
        _ = (await _daemon.DockerAsync("exec", id, "ls", "/")).EnsureSuccess();
        _ = (await _daemon.DockerAsync("rm", "--force", id)).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image)).EnsureSuccess();

        _ = (await _daemon.DockerRunAsync(runtime, DockerDaemon.Image, "ls", "/")).EnsureSuccess();
        id = await _daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sh", "-c", "ls / | sort; exec sleep 1000");
        for (int life = 0; life < 2; life++)
        {
            _ = (await _daemon.DockerAsync("exec", id, "ls", "/")).EnsureSuccess();
            CommandResult denied = await _daemon.DockerAsync("exec", id, "mkdir", "/made");
            Assert.Equal(1, denied.ExitCode);
            Assert.Contains("Operation not permitted", denied.ErrorText, StringComparison.Ordinal);
            JsonElement config = _daemon.BundleConfig(id);
            Assert.False(config.TryGetProperty("hooks", out JsonElement hooks) && hooks.TryGetProperty("poststop", out _));
            _ = (await _daemon.DockerAsync("restart", "--time", "0", id)).EnsureSuccess();
        }
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task What_is_denied_is_noted(string runtime)
    {
        _ = (await _daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "sh", "-c", "ls / | sort")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, "--watch", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        CommandResult result = await _daemon.DockerRunAsync(
            runtime, "--rm", "--name", "curious", DockerDaemon.Image, "sh", "-c", "mkdir /made; chown 7 /proc/self");
        Assert.Contains("Operation not permitted", result.ErrorText, StringComparison.Ordinal);
        JsonNode denial = JsonNode.Parse((await _seccomp.RunAsync("denials", "curious", "--json")).Output)!.AsArray()
            .Single(entry => entry!["call"]!.GetValue<string>() == "mkdir")!;
        Assert.True(denial["isEnforced"]!.GetValue<bool>());
        Assert.Equal("mkdir", denial["process"]!.GetValue<string>());

        // The other rule recorded this run too, without the denied call.
        Assert.Equal(2, (await ShowAsync())["runCount"]!.GetValue<int>());
        Assert.False((await ShowAsync())["calls"]!["SCMP_ARCH_X86_64"]!.AsObject().ContainsKey("mkdir"));
    }

    [Fact]
    public async Task A_container_may_be_recorded_while_its_profile_complains()
    {
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "true")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, "--complain", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "mkdir", "/made")).EnsureSuccess();
        Assert.Equal(1, (await _seccomp.RunAsync("denials")).ExitCode);
        Assert.True((await ShowAsync())["calls"]!["SCMP_ARCH_X86_64"]!.AsObject().ContainsKey("mkdir"));
        Assert.Equal(2, (await ShowAsync())["runCount"]!.GetValue<int>());
    }

    private Task<JsonNode> ShowAsync() => _seccomp.ShowAsync(DockerDaemon.Image);
}
