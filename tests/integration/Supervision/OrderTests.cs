using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>Tests how the supervisor reads its arguments, including odd ones, and the effect of a failure.</summary>
public sealed class OrderTests : IDisposable
{
    private readonly SupervisorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--")]
    [InlineData("--stage=createRuntime")]
    [InlineData("--stage=poststop", "--")]
    [InlineData("--help")]
    [InlineData("/bin/true")]
    public void Without_a_hook_it_is_an_error(params string[] arguments)
    {
        CommandResult result = _bench.RunBare([], arguments.Select(argument => (ByteString)argument));

        Assert.Equal((125, null), (result.ExitCode, result.Signal));
        Assert.StartsWith("runc-wrap: ocihooks-supervisor was given no hook", result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--unknown", "--from-the-future=1", "word", "")]
    [InlineData("--timeout-ms=", "--grace-ms=soon", "--stage=", "--on-failure=", "--log-level=")]
    [InlineData("--timeout-ms=-1", "--grace-ms=99999999999999999999", "--stage=nowhere", "--on-failure=panic", "--log-level=loud")]
    [InlineData("--timeout-ms=1e3", "--timeout-ms= 5", "--timeout-ms=0x10")]
    [InlineData("--timeout-ms=2147483647", "--grace-ms=2147483647")]
    [InlineData("=", "-", "---", "--=")]
    public void Whatever_else_is_wrong_has_a_default(params string[] options)
    {
        CommandResult result = _bench.RunBare(
            [], [.. options.Select(option => (ByteString)option), "--", "/bin/sh", "sh", "-c", "sleep 0.1; echo done; exit 7"]);

        Assert.Equal((7, "done\n"), (result.ExitCode, result.OutputText));
        Assert.Matches(@"^runc-wrap: createRuntime hook /bin/sh failed with exit code 7 after \d+ ms\n$", result.ErrorText);
    }

    [Fact]
    public void A_timeout_of_nothing_ends_the_hook_at_once()
    {
        _bench.Options["--timeout-ms"] = "0";

        Assert.Equal(124, _bench.Run("/bin/sleep", "sleep", "100000").ExitCode);
        _bench.AssertNobodyIsLeft();
    }

    [Theory]
    [InlineData("/nonexistent/hook", 127, "no such file or directory")]
    [InlineData("", 127, "no such file or directory")]
    [InlineData("relative", 127, "no such file or directory")]
    [InlineData("/etc", 126, "permission denied")]
    [InlineData("/etc/passwd", 126, "permission denied")]
    [InlineData("/etc/passwd/x", 126, "not a directory")]
    public void A_hook_that_cannot_be_started_has_failed(string path, int exitCode, string reason)
    {
        CommandResult result = _bench.Run(path, "hook");

        Assert.Equal((exitCode, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith(
            $"runc-wrap: createRuntime hook {path} (/rules/rule.json) of container c1 could not be started: {reason}",
            result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 126, "exec format error")]
    [InlineData("no program\n", 126, "exec format error")]
    [InlineData("#!/nonexistent/interpreter\n", 127, "no such file or directory")]
    [InlineData("#!/bin/sh\nexit 5\n", 5, "failed with exit code 5")]
    public void A_file_is_executed_as_the_kernel_does(string content, int exitCode, string reason)
    {
        CommandResult result = _bench.Run(Executable.Write(_bench.Inside("hook"), content), "hook");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(reason, result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--on-failure", "continue", "createRuntime hook /bin/sh", "; the container goes on, onFailure or onHookFailure being \"continue\"\n")]
    [InlineData("--stage", "poststop", "poststop hook /bin/sh", "; the hooks after it run all the same\n")]
    public void A_failure_that_is_to_stop_nothing_is_told_as_success(string option, string value, string start, string end)
    {
        _bench.Options[option] = value;
        _bench.Options["--timeout-ms"] = "1000";

        foreach (string script in new[] { "exit 3", "kill -KILL $$", "exec sleep 100000" })
        {
            CommandResult result = _bench.RunShell(script);

            Assert.Equal((0, null), (result.ExitCode, result.Signal));
            Assert.StartsWith($"runc-wrap: {start}", result.ErrorText, StringComparison.Ordinal);
            Assert.EndsWith(end, result.ErrorText, StringComparison.Ordinal);
            Assert.Equal("error", _bench.Entry.GetProperty("level").GetString());
        }

        _bench.AssertNobodyIsLeft();
    }
}
