using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>docker run, in its forms.</summary>
[Collection(DockerCollection.Name)]
[Trait("Needs", "root")]
public sealed class DockerRunTests : IDisposable
{
    private readonly DockerDaemon _daemon;

    public DockerRunTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void The_user_sees_the_containers_output_and_exit_code_alone(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = _daemon.DockerRun(runtime, "--rm", "--cidfile", _daemon.PathTo(runtime), DockerDaemon.Image,
            "sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal(("out\n", "err\n", 7), (result.OutputText, result.ErrorText, result.ExitCode));
        string id = File.ReadAllText(_daemon.PathTo(runtime));
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);
        Assert.Equal("", _daemon.Docker("ps", "--all", "--quiet").EnsureSuccess().OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_terminal_works_both_ways(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult result = _daemon.DockerOnTerminal("typed\n", ["run", "--interactive", "--tty", .. _daemon.RunOptions(runtime),
            DockerDaemon.Image, "sh", "-c", "read -r line; echo \"got $line\"; tty; exit 4"]);

        Assert.Equal(4, result.ExitCode);
        Assert.EndsWith("got typed\r\n/dev/pts/0\r\n", result.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("runc-wrap", result.OutputText, StringComparison.Ordinal);
        _daemon.Log.AwaitDeleted();
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void Standard_input_reaches_the_container(string runtime)
    {
        string input = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));

        CommandResult result = _daemon.DockerWithInput(input,
            ["run", "--rm", "--interactive", .. _daemon.RunOptions(runtime), DockerDaemon.Image, "cat"]);

        Assert.Equal((input, "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void A_detached_container_keeps_its_logs(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sh", "-c", "echo one; echo two >&2; exit 3");
        _daemon.AwaitExit(id);

        Eventually.Equal(("one\n", "two\n"), Logs);
        Assert.Equal("3", _daemon.Inspect(id, "{{.State.ExitCode}}"));
        _daemon.Log.AwaitDeleted();
        _daemon.Log.AssertWholeLife(id);

        (string Output, string Error) Logs()
        {
            CommandResult logs = _daemon.Docker("logs", id);
            return (logs.OutputText, logs.ErrorText);
        }
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public void The_daemons_own_hooks_are_kept_and_the_network_works(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);
        string id = _daemon.DockerRunDetached(runtime, DockerDaemon.Image, "sleep", "1000");

        JsonElement hooks = _daemon.BundleConfig(id).GetProperty("hooks");
        JsonElement own = Assert.Single(hooks.GetProperty("prestart").EnumerateArray());
        Assert.Equal("libnetwork-setkey", own.GetProperty("args")[0].GetString());
        Assert.Equal(2, hooks.GetProperty("createRuntime").GetArrayLength());
        string gateway = _daemon.Inspect(id, "{{.NetworkSettings.Gateway}}");
        string address = _daemon.Inspect(id, "{{.NetworkSettings.IPAddress}}");
        Assert.NotEqual("", gateway);
        Assert.Contains("1 packets received", _daemon.Docker("exec", id, "ping", "-c1", "-W60", gateway).OutputText, StringComparison.Ordinal);
        CommandResult other = _daemon.DockerRun(runtime, "--rm", DockerDaemon.Image, "ping", "-c1", "-W60", address);
        Assert.Contains("1 packets received", other.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_containers_that_a_rule_chooses_get_its_hooks()
    {
        var when = new JsonObject { ["commands"] = new JsonArray("^/bin/echo$") };
        _daemon.WriteRule("a.json", HookLog.Rule(_daemon.Log.Hook("createRuntime"), "createRuntime", when));

        Assert.Equal("no\n", _daemon.DockerRun("hooked", "--rm", DockerDaemon.Image, "echo", "no").EnsureSuccess().OutputText);
        Assert.Empty(_daemon.Log.Calls);
        Assert.Equal("yes\n", _daemon.DockerRun("hooked", "--rm", DockerDaemon.Image, "/bin/echo", "yes").EnsureSuccess().OutputText);
        _ = Assert.Single(_daemon.Log.Calls);
    }

    [Theory]
    [InlineData("hooked", "runc")]
    [InlineData("hooked-crun", DockerDaemon.BareCrun)]
    public void The_container_is_as_without_the_wrapper(string runtime, string bare)
    {
        const string Look = "id; cat /proc/self/limits; grep -E 'Cap|SigBlk|SigIgn|SigCgt|NoNewPrivs|Seccomp:|Umask' /proc/self/status; "
            + "env | grep -v HOSTNAME; ls /proc/self/fd; mount | cut -d' ' -f3,5 | sort; cat /proc/self/oom_score_adj";
        CommandResult without = _daemon.DockerRun(bare, "--rm", DockerDaemon.Image, "sh", "-c", Look).EnsureSuccess();
        Assert.Empty(_daemon.Log.Calls);

        // Not startContainer: crun leaves SIGCHLD blocked after such a hook, whoever put it there.
        _daemon.Log.WriteRule(_daemon.Rules, "createRuntime");
        _daemon.Log.WriteRule(_daemon.Rules, "poststart");
        CommandResult with = _daemon.DockerRun(runtime, "--rm", DockerDaemon.Image, "sh", "-c", Look).EnsureSuccess();
        Assert.NotEmpty(_daemon.Log.Calls);

        Assert.Equal(without.OutputText, with.OutputText);
    }

    [Theory]
    [InlineData("hooked")]
    [InlineData("hooked-crun")]
    public async Task Ten_containers_at_once_get_their_hooks_once_each(string runtime)
    {
        _daemon.Log.WriteRules(_daemon.Rules);

        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() =>
            _daemon.DockerRun(runtime, "--rm", DockerDaemon.Image, "sh", "-c", $"echo {i}; exit {i}"))));

        Assert.All(results, (result, i) => Assert.Equal(($"{i}\n", "", i), (result.OutputText, result.ErrorText, result.ExitCode ?? -1)));
        Eventually.Equal(60, () => _daemon.Log.Calls.Count);
        Assert.Equal(10, _daemon.Log.Calls.Select(call => call.Id).Distinct().Count());
        Assert.All(_daemon.Log.Calls.GroupBy(call => call.Id),
            container => Assert.Equal(HookLog.Stages.Order(), container.Select(call => call.Stage).Order()));
    }

    public void Dispose() => _daemon.Reset();
}
