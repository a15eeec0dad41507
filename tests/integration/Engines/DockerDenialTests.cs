using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests what a real journal and <c>hookctl seccomp denials</c> report of calls denied to Docker's containers.</summary>
[Trait("Needs", "root")]
public sealed class DockerDenialTests : IAsyncLifetime
{
    private const string Denied = "a27c50d1e6384b0f9c1b7e93f4d8620a";
    private const string WouldBeDenied = "61f8b3e97a0d4c2595ec40d27b1a8f3c";

    private readonly DockerDaemon _daemon = new();
    private readonly SeccompCommands _seccomp;
    private JournalDaemon _journal = null!;

    public DockerDenialTests() => _seccomp = new SeccompCommands(_daemon.Host, _daemon.PathTo("store"));

    public async ValueTask InitializeAsync()
    {
        await _daemon.InitializeAsync();
        try
        {
            await _daemon.ResetAsync();
            _journal = await JournalDaemon.StartAsync(_daemon.Host);
        }
        catch
        {
            await _daemon.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Theory]
    [InlineData("hooked", "--watch", "was", Denied, "4")]
    [InlineData("hooked", "--complain", "would be", WouldBeDenied, "5")]
    [InlineData("hooked-crun", "--watch", "was", Denied, "4")]
    public async Task The_journal_tells_what_was_denied_and_to_whom(string runtime, string option, string fate, string messageId, string priority)
    {
        string image = "docker.io/library/" + DockerDaemon.Image;
        _ = (await _seccomp.RunAsync("record", "--image", "busybox:*", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "sh", "-c", "ls / | sort")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, option, "--recorder", Repository.SeccompRecorder)).EnsureSuccess();

        string id = await _daemon.DockerRunDetachedAsync(
            runtime, "--name", "curious", DockerDaemon.Image, "sh", "-c", "mkdir /made; mkdir /made/more; ls /");
        _ = (await _daemon.DockerAsync("wait", id)).EnsureSuccess();
        _ = (await _daemon.DockerAsync("rm", id)).EnsureSuccess();

        ILookup<string, string> entry = Assert.Single(
            await _journal.EntriesOfAsync("seccomp-recorder"), entry => entry["OCIHOOKS_CALL"].SequenceEqual(["mkdir"]));
        Assert.Equal([$"mkdir {fate} denied 2 times, first to mkdir, in container curious of {image}"], entry["MESSAGE"]);
        Assert.Equal([messageId], entry["MESSAGE_ID"]);
        Assert.Equal([priority], entry["PRIORITY"]);
        Assert.Equal([id], entry["CONTAINER_ID"]);
        Assert.Equal(["curious"], entry["CONTAINER_NAME"]);
        Assert.Equal([image], entry["IMAGE_NAME"]);
        Assert.Equal(["mkdir"], entry["OCIHOOKS_PROCESS"]);
        Assert.Equal(["2"], entry["OCIHOOKS_COUNT"]);

        JsonNode[] denials = [.. JsonNode.Parse((await _seccomp.RunAsync("denials", id, "--json")).Output)!.AsArray().Select(denial => denial!)];
        JsonNode denial = Assert.Single(denials, denial => denial["call"]!.GetValue<string>() == "mkdir");
        Assert.Equal(
            ("curious", image, "mkdir", 2, option == "--watch"),
            (denial["name"]!.GetValue<string>(), denial["image"]!.GetValue<string>(), denial["process"]!.GetValue<string>(),
                denial["count"]!.GetValue<int>(), denial["isEnforced"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task The_hooks_own_event_has_it_too_where_hooks_are_supervised()
    {
        File.WriteAllText(_daemon.Host.SettingsFile, new JsonObject
        {
            ["runtime"] = "runc",
            ["hooksDirs"] = new JsonArray(_daemon.Rules),
            ["hookTimeout"] = TestTimeout.Limit.TotalSeconds,
        }.ToJsonString());
        _ = (await _seccomp.RunAsync("record", "--image", "busybox:*", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = (await _daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "true")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("record", "--stop")).EnsureSuccess();
        _ = (await _seccomp.RunAsync("enforce", DockerDaemon.Image, "--watch", "--recorder", Repository.SeccompRecorder)).EnsureSuccess();
        _ = await _daemon.DockerRunAsync("hooked", "--rm", "--name", "curious", DockerDaemon.Image, "mkdir", "/made");

        ILookup<string, string> entry = (await _journal.EntriesAsync()).Last(entry => entry["OCIHOOKS_STAGE"].SequenceEqual(["poststop"]));
        Assert.Contains("seccomp-recorder: mkdir was denied once, first to mkdir", Assert.Single(entry["OCIHOOKS_STDERR"]),
            StringComparison.Ordinal);
    }
}
