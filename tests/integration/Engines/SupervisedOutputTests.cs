using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Tests hooks of real runtimes that write too much, or leave processes behind that could.</summary>
[Collection(LowLevelCollection.Name)]
[Trait("Needs", "root")]
public sealed class SupervisedOutputTests(LowLevelHost host)
{
    private const int Much = 100 * 1024 * 1024;

    /// <summary>A script that writes very much. It does not use yes(1): crun blocks SIGPIPE in hooks, so yes would run forever.</summary>
    private static readonly string s_flood = $"head -c {Much} /dev/zero | tr '\\0' x; head -c {Much} /dev/zero | tr '\\0' x >&2\n";

    [Theory]
    [InlineData("runc", "sleep 100000 &")]
    [InlineData("crun", "sleep 100000 &")]
    [InlineData("runc", "sleep 100000 <&- >&- 2>&- &")]
    [InlineData("crun", "sleep 100000 <&- >&- 2>&- &")]
    [InlineData("runc", "setsid sh -c 'sleep 100000 & exit 0' &")]
    [InlineData("crun", "setsid sh -c 'sleep 100000 & exit 0' &")]
    public async Task What_a_hook_leaves_running_holds_nothing_up_and_lives_on(string runtime, string script)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule("createRuntime", script + " exit 0");

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));

        Eventually.Equal("sleep", () => string.Join(',', bench.Mark.Processes.Select(HookMark.Program)));
        await bench.StartAndDieAsync();
        Assert.Equal("sleep", HookMark.Program(Assert.Single(bench.Mark.Processes)));
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_hook_that_floods_its_output_succeeds(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule("createRuntime", s_flood);

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));

        JsonNode ended = Assert.Single(bench.Ended);
        Assert.Equal(Much, ended["ocihooksStdoutBytes"]!.GetValue<long>());
        Assert.Equal(Much, ended["ocihooksStderrBytes"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Of_a_flood_before_a_failure_the_end_is_kept(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule("createRuntime", s_flood + "echo beyond the flood >&2; exit 3");

        CommandResult create = await bench.CreateAsync();

        Assert.NotEqual(0, create.ExitCode);
        Assert.Contains("beyond the flood", Assert.Single(bench.Ended)["ocihooksStderr"]!.GetValue<string>(), StringComparison.Ordinal);
        if (runtime == "runc")
        {
            Assert.Contains("beyond the flood", create.ErrorText, StringComparison.Ordinal);

            // Less than a pipe's capacity, because nobody may read it before runc has ended.
            Assert.InRange(create.ErrorText.Length, 55 * 1024, (64 * 1024) - 1);
            Assert.Contains("failed with exit code 3", create.ErrorText, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("exit code: 3", create.ErrorText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_hook_that_closes_its_input_and_output_is_waited_for(string runtime)
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, runtime);
        bench.AddRule("createRuntime", "exec <&- >&- 2>&-; sleep 0.5; : >\"$1/done\"");

        Assert.Equal("", LowLevelBench.Silent(await bench.CreateAsync()));

        Assert.True(File.Exists(bench.Note("done")));
        await bench.StartAndDieAsync();
    }

    [Fact]
    public async Task What_a_hook_wrote_before_it_failed_is_in_the_message_of_runc()
    {
        await using SupervisedBench bench = await SupervisedBench.MakeAsync(host, "runc");
        bench.AddRule("createRuntime", "echo to stdout; echo to stderr >&2; exit 3");

        string message = (await bench.CreateAsync()).ErrorText;

        Assert.Contains("exit status 3, stdout: to stdout\\n, stderr: to stderr\\nrunc-wrap: ", message, StringComparison.Ordinal);
    }
}
