using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests every command of a runtime, run through the wrapper.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed partial class LowLevelLifecycleTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_container_lives_through_create_start_exec_kill_and_delete(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("echo started; exec sleep 1000");
        bench.Log.WriteRules(bench.Rules);
        string pidFile = bench.PathTo("pid");

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync(wrapped: true, "--pid-file", pidFile)));
        JsonNode state = JsonNode.Parse((await bench.WrappedAsync("state", LowLevelBench.Id)).EnsureSuccess().Output)!;
        Assert.Equal("created", state["status"]!.GetValue<string>());
        Assert.Equal(state["pid"]!.ToString(), File.ReadAllText(pidFile).Trim());
        Assert.Equal("", bench.Output);

        await bench.StartAsync(wrapped: true);
        Assert.Equal("running", await bench.StatusAsync());
        Eventually.Equal("started\n", () => bench.Output);

        CommandResult exec = await bench.WrappedAsync("exec", LowLevelBench.Id, "sh", "-c", "echo out; echo err >&2; exit 9");
        Assert.Equal(("out\n", "err\n", 9), (exec.OutputText, exec.ErrorText, exec.ExitCode));

        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("kill", LowLevelBench.Id, "KILL")));
        await bench.AwaitStoppedAsync();
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("delete", LowLevelBench.Id)));
        Assert.NotEqual(0, (await bench.WrappedAsync("state", LowLevelBench.Id)).ExitCode);
        Assert.Equal("started\n", bench.Output);
        bench.Log.AssertWholeLife(LowLevelBench.Id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_gives_the_containers_output_and_exit_code(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("hostname; echo err >&2; exit 7");
        bench.Log.WriteRules(bench.Rules);

        // Without --bundle the bundle is the working directory.
        CommandResult result = await bench.WrappedAsync("run", LowLevelBench.Id);

        Assert.Equal(new RuntimeMessage(7, $"{runtime}\n", "err\n"), bench.MessageOf(result));
        bench.Log.AssertWholeLife(LowLevelBench.Id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_that_a_signal_ends_ends_as_it_does_bare(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("ulimit -c 0; sh -c 'kill -SEGV $$'; exit $?");
        bench.Log.WriteRules(bench.Rules);

        CommandResult bare = await bench.BareAsync("run", "--bundle", bench.Bundle, LowLevelBench.Id);
        Assert.Empty(bench.Log.Calls);
        CommandResult wrapped = await bench.WrappedAsync("run", "--bundle", bench.Bundle, LowLevelBench.Id);

        Assert.Equal(139, wrapped.ExitCode);
        Assert.Equal(bench.MessageOf(bare), bench.MessageOf(wrapped));
        bench.Log.AssertWholeLife(LowLevelBench.Id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_hands_on_descriptors_that_are_to_be_preserved(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("cat <&3; cat <&4");
        bench.Log.WriteRules(bench.Rules);
        File.WriteAllText(bench.PathTo("three"), "third\n");
        File.WriteAllText(bench.PathTo("four"), "fourth\n");

        CommandResult result = await bench.RunAsync(["sh", "-c", "three=$1 four=$2; shift 2; exec \"$@\" 3<\"$three\" 4<\"$four\"", "sh",
            bench.PathTo("three"), bench.PathTo("four"),
            .. bench.CommandLine(wrapped: true, "run", "--preserve-fds", "2", "--bundle", bench.Bundle, LowLevelBench.Id)]);

        Assert.Equal(("third\nfourth\n", "", 0), (result.OutputText, result.ErrorText, result.ExitCode));
        Assert.NotEmpty(bench.Log.Calls);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_run_on_a_terminal_has_one(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("tty; test -t 0 && test -t 1 && test -t 2 && echo all three; exit 5", terminal: true);
        bench.Log.WriteRules(bench.Rules);

        CommandResult result = await bench.RunOnTerminalAsync(bench.CommandLine(wrapped: true, "run", "--bundle", bench.Bundle, LowLevelBench.Id));

        Assert.Equal(("/dev/pts/0\r\nall three\r\n", 5), (CrunDecoration().Replace(result.OutputText, ""), result.ExitCode));
        bench.Log.AssertWholeLife(LowLevelBench.Id);
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_create_sends_the_terminal_over_the_console_socket(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("tty; echo done", terminal: true);
        bench.Log.WriteRules(bench.Rules);
        using var socket = new ConsoleSocket(bench.PathTo("console"));

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync(wrapped: true, "--console-socket", bench.PathTo("console"))));
        Task<string> output = Task.Run(() => Terminal.ReadToEnd(socket.Receive()));
        await bench.StartAsync(wrapped: true);

        Assert.Equal("/dev/pts/0\r\ndone\r\n", await output.WaitAsync(TestTimeout.Limit, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Other_commands_work_on_a_running_container(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        bench.SetProcess("exec sleep 1000");
        _ = (await bench.CreateAsync(wrapped: true)).EnsureSuccess();
        await bench.StartAsync(wrapped: true);

        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("pause", LowLevelBench.Id)));
        Assert.Equal("paused", await bench.StatusAsync());
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("resume", LowLevelBench.Id)));
        Assert.Equal("running", await bench.StatusAsync());
        Assert.Contains(LowLevelBench.Id, (await bench.WrappedAsync("list")).EnsureSuccess().OutputText, StringComparison.Ordinal);
        Assert.Equal((await bench.BareAsync("ps", "--format", "json", LowLevelBench.Id)).OutputText,
            (await bench.WrappedAsync("ps", "--format", "json", LowLevelBench.Id)).EnsureSuccess().OutputText);
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("update", "--pids-limit", "77", LowLevelBench.Id)));
        Assert.Equal("", LowLevelBench.Silent(await bench.WrappedAsync("delete", "--force", LowLevelBench.Id)));
    }

    [Theory]
    [InlineData("runc", "--version")]
    [InlineData("crun", "--version")]
    [InlineData("runc", "--help")]
    [InlineData("crun", "--help")]
    [InlineData("runc", "features")]
    [InlineData("crun", "features")]
    [InlineData("runc", "state", "nobody")]
    [InlineData("crun", "state", "nobody")]
    [InlineData("runc", "no-such-command")]
    [InlineData("crun", "no-such-command")]
    [InlineData("runc", "create", "--no-such-option")]
    [InlineData("crun", "create", "--no-such-option")]
    [InlineData("runc", "--criu", "/no/such/criu", "checkpoint", "nobody")]
    public async Task A_command_says_what_it_says_without_the_wrapper(string runtime, params string[] arguments)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);

        CommandResult bare = await bench.BareAsync(arguments);
        CommandResult wrapped = await bench.WrappedAsync(arguments);

        Assert.Equal(bench.MessageOf(bare), bench.MessageOf(wrapped));
    }

    /// <summary>Matches the decoration of an error. crun, also alone, sometimes shows a container's last output so.</summary>
    [GeneratedRegex(@"\x1b\[1;31m\S+Z: |\x1b\[0m\r?\n")]
    private static partial Regex CrunDecoration();
}
