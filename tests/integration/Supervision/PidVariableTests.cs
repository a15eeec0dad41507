using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>Tests <c>{{pid}}</c>: the hook gets the container's process ID, and the state as well.</summary>
public sealed class PidVariableTests : IDisposable
{
    private readonly SupervisorBench _bench = new();

    public PidVariableTests() => _bench.Options["--pid-variable"] = "VAR";

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> States() => new(
        SupervisorBench.State,
        """{ "annotations" : {"pid": "7", "x": "\"pid\": 8, }{][", "y": "\\"}, "list": [{"pid":9}, 10], "pid" : 42 }""",
        """{"status":"pid","id":"\\\"pid\\\":1","n":-5,"pid":42}""",
        """{"pid":42,"annotations":{"large":"LARGE"}}""",
        """{"annotations":{"some":"SOME"},"pid":42}""");

    [Theory]
    [MemberData(nameof(States))]
    public void The_hook_gets_the_pid_and_the_state_to_the_byte(string state)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(state
            .Replace("LARGE", new string('x', 400_000), StringComparison.Ordinal).Replace("SOME", new string('y', 40_000), StringComparison.Ordinal));

        CommandResult result = Run(bytes, "printenv VAR >var; cat >state");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal("42\n", File.ReadAllText(_bench.Inside("var")));
        Assert.Equal(bytes, File.ReadAllBytes(_bench.Inside("state")));
    }

    [Fact]
    public void A_state_that_comes_in_pieces_is_waited_for()
    {
        string parts = string.Join("; ", SupervisorBench.State.Chunk(20).Select(part => $"printf %s '{new string(part)}'; sleep 0.05"));

        CommandResult result = _bench.RunIn($"VAR=; export VAR; ({parts}) | \"$@\"", "/bin/sh", "sh", "-c", "printenv VAR >var; cat >state");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(("42\n", SupervisorBench.State), (File.ReadAllText(_bench.Inside("var")), File.ReadAllText(_bench.Inside("state"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no state")]
    [InlineData("""{"id":"c1"}""")]
    [InlineData("""{"id":"c1","pid":0}""")]
    [InlineData("""{"id":"c1","pid":"42"}""")]
    [InlineData("""{"id":"c1","pid":-42}""")]
    [InlineData("""{"id":"c1","pid":4""")]
    [InlineData("""{"id":"c1","pid":4.5}""")]
    [InlineData("""{"annotations":{"pid":42}}""")]
    public void Without_one_the_hook_is_not_started(string state)
    {
        CommandResult result = Run(Encoding.UTF8.GetBytes(state), "echo started >var");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("the runtime's state names no pid", result.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(_bench.Inside("var")));
        Assert.Equal(3, _bench.Entry.GetProperty("errno").GetInt32());
    }

    [Fact]
    public void A_hook_that_may_fail_fails_quietly_then_too()
    {
        _bench.Options["--on-failure"] = "continue";

        Assert.Equal(0, Run("{}"u8.ToArray(), "echo started >var").ExitCode);
    }

    [Fact]
    public void A_runtime_that_tells_no_state_does_not_hold_it_up_for_ever()
    {
        CommandResult result = _bench.RunIn("VAR=; export VAR; mkfifo f; sleep infinity >f & \"$@\" <f; echo $? >code; kill $!", "/bin/true");

        Assert.Equal("125\n", File.ReadAllText(_bench.Inside("code")));
        Assert.Equal(0, result.ExitCode);
    }

    private CommandResult Run(byte[] state, string script) => _bench.RunIn(
        $"VAR=; export VAR; exec \"$@\" <{WriteState(state)}", "/bin/sh", "sh", "-c", script);

    private string WriteState(byte[] state)
    {
        string file = _bench.Inside("given");
        File.WriteAllBytes(file, state);
        return file;
    }
}
