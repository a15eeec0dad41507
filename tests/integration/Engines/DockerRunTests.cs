using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests the forms of docker run.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerRunTests(DockerDaemon daemon) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await daemon.ResetAsync();

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task The_user_sees_the_containers_output_and_exit_code_alone(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);

        CommandResult result = await daemon.DockerRunAsync(runtime, "--rm", "--cidfile", daemon.PathTo(runtime), DockerDaemon.Image,
            "sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, result.ErrorText, result.ExitCode));
        string id = File.ReadAllText(daemon.PathTo(runtime));
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);
        Assert.Equal("", (await daemon.DockerAsync("ps", "--all", "--quiet")).EnsureSuccess().OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_terminal_works_both_ways(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);

        CommandResult result = await daemon.DockerOnTerminalAsync("typed\n", ["run", "--interactive", "--tty", .. daemon.RunOptions(runtime),
            DockerDaemon.Image, "sh", "-c", "read -r line; echo \"got $line\"; tty; exit 4"]);

        Assert.Equal(4, result.ExitCode);
        Assert.EndsWith("got typed\r\n/dev/pts/0\r\n", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("runc-wrap", result.OutputText, StringComparison.Ordinal);
        daemon.Log.AwaitDeleted();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Standard_input_reaches_the_container(string runtime)
    {
        string input = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));

        CommandResult result = await daemon.DockerWithInputAsync(input,
            ["run", "--rm", "--interactive", .. daemon.RunOptions(runtime), DockerDaemon.Image, "cat"]);

        Assert.Equal((input, "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task A_detached_container_keeps_its_logs(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);

        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sh", "-c", "echo one; echo two >&2; exit 3");
        await daemon.AwaitExitAsync(id);

        await Eventually.EqualAsync(("one\n", "two\n"), LogsAsync);
        Assert.Equal("3", await daemon.InspectAsync(id, "{{.State.ExitCode}}"));
        daemon.Log.AwaitDeleted();
        daemon.Log.AssertWholeLife(id);

        async Task<(string Output, string Error)> LogsAsync()
        {
            CommandResult logs = await daemon.DockerAsync("logs", id);
            return (logs.OutputText, logs.ErrorText);
        }
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task The_daemons_own_hooks_are_kept_and_the_network_works(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);
        string id = await daemon.DockerRunDetachedAsync(runtime, DockerDaemon.Image, "sleep", "1000");

        JsonElement hooks = daemon.BundleConfig(id).GetProperty("hooks");
        JsonElement own = Assert.Single(hooks.GetProperty("prestart").EnumerateArray());
        Assert.Equal("libnetwork-setkey", own.GetProperty("args")[0].GetString());
        Assert.Equal(2, hooks.GetProperty("createRuntime").GetArrayLength());
        string gateway = await daemon.InspectAsync(id, "{{.NetworkSettings.Gateway}}");
        string address = await daemon.InspectAsync(id, "{{.NetworkSettings.IPAddress}}");
        Assert.NotEqual("", gateway);
        CommandResult first = await daemon.DockerAsync("exec", id, "ping", "-c1", "-W60", gateway);
        Assert.Contains("1 packets received", first.OutputText, StringComparison.Ordinal);
        CommandResult other = await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "ping", "-c1", "-W60", address);
        Assert.Contains("1 packets received", other.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_containers_that_a_rule_chooses_get_its_hooks()
    {
        var when = new JsonObject { ["commands"] = new JsonArray("^/bin/echo$") };
        daemon.WriteRule("a.json", HookLog.Rule(daemon.Log.Hook("createRuntime"), "createRuntime", when));

        Assert.Equal("no\n", (await daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "echo", "no")).EnsureSuccess().OutputText);
        Assert.Empty(daemon.Log.Calls);
        Assert.Equal("yes\n", (await daemon.DockerRunAsync("hooked", "--rm", DockerDaemon.Image, "/bin/echo", "yes")).EnsureSuccess().OutputText);
        _ = Assert.Single(daemon.Log.Calls);
    }

    [Theory]
    [InlineData("hooked", "runc")]
    [InlineData("hooked-crun", DockerDaemon.BareCrun)]
    public async Task The_container_is_as_without_the_wrapper(string runtime, string bare)
    {
        const string Look = "id; cat /proc/self/limits; grep -E 'Cap|SigBlk|SigIgn|SigCgt|NoNewPrivs|Seccomp:|Umask' /proc/self/status; "
            + "env | grep -v HOSTNAME; ls /proc/self/fd; mount | cut -d' ' -f3,5 | sort; cat /proc/self/oom_score_adj";
        CommandResult without = (await daemon.DockerRunAsync(bare, "--rm", DockerDaemon.Image, "sh", "-c", Look)).EnsureSuccess();
        Assert.Empty(daemon.Log.Calls);

        // No startContainer hook: crun leaves SIGCHLD blocked after it, with or without the wrapper.
        daemon.Log.WriteRule(daemon.Rules, "createRuntime");
        daemon.Log.WriteRule(daemon.Rules, "poststart");
        CommandResult with = (await daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "sh", "-c", Look)).EnsureSuccess();
        Assert.NotEmpty(daemon.Log.Calls);

        Assert.Equal(without.OutputText, with.OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Ten_containers_at_once_get_their_hooks_once_each(string runtime)
    {
        daemon.Log.WriteRules(daemon.Rules);

        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            daemon.DockerRunAsync(runtime, "--rm", DockerDaemon.Image, "sh", "-c", $"echo {i}; exit {i}")));

        Assert.All(results, (result, i) => Assert.Equal(($"{i}\n", "", i), (result.OutputText, result.ErrorText, result.ExitCode ?? -1)));
        Eventually.Equal(60, () => daemon.Log.Calls.Count);
        Assert.Equal(10, daemon.Log.Calls.Select(call => call.Id).Distinct().Count());
        Assert.All(daemon.Log.Calls.GroupBy(call => call.Id),
            container => Assert.Equal(HookLog.Stages.Order(), container.Select(call => call.Stage).Order()));
    }

    public async ValueTask DisposeAsync() => await daemon.ResetAsync();
}
