using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>Tests that the container's state reaches the hook unchanged, whatever the hook does with it.</summary>
public sealed class StateTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;

    private readonly SupervisorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    [InlineData(256 * 1024)]
    [InlineData((256 * 1024) + 1)]
    [InlineData(Megabyte)]
    [InlineData(5 * Megabyte)]
    public void Every_byte_of_any_number_arrives(int size)
    {
        byte[] state = Bytes(size);

        CommandResult result = _bench.Run(state, "/bin/sh", "sh", "-c", "cat >got");

        Assert.Equal("exit code 0\nstdout: \nstderr: ", result.ToString());
        AssertArrived(state);
    }

    [Fact]
    public void A_hook_may_read_slowly()
    {
        byte[] state = Bytes(5 * Megabyte);

        CommandResult result = _bench.Run(
            state,
            "/bin/sh", "sh", "-c", "for i in 1 2 3 4 5; do dd bs=64k count=2 iflag=fullblock 2>/dev/null; sleep 0.1; done >got; cat >>got");

        Assert.Equal(0, result.ExitCode);
        AssertArrived(state);
    }

    /// <summary>The runtime must never get SIGPIPE, because it kills crun.</summary>
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("head -c 10 >got", 0)]
    [InlineData("exec <&-; sleep 0.3; echo went on >got", 0)]
    [InlineData("sleep 0.3", 0)]
    [InlineData("sleep 100000 & exit 0", 0)]
    public void A_hook_need_not_read_it_and_the_runtime_can_write_it_all(string script, int exitCode)
    {
        CommandResult result = _bench.RunIn(
            "{ head -c 5000000 /dev/zero; echo $? >writer; } | \"$@\"", "/bin/sh", "sh", "-c", script + "; exit");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal("0", _bench.Await("writer"));
        if (script.Contains("got", StringComparison.Ordinal))
        {
            Assert.NotEmpty(File.ReadAllText(_bench.Inside("got")));
        }
    }

    [Fact]
    public void A_state_written_in_pieces_arrives_whole()
    {
        CommandResult result = _bench.RunIn(
            """{ printf '{"id":'; sleep 0.2; printf '"in pieces"'; sleep 0.2; printf '}'; } | "$@" """, "/bin/sh", "sh", "-c", "cat >got");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("""{"id":"in pieces"}""", File.ReadAllText(_bench.Inside("got")));
        Assert.Equal("in pieces", _bench.Entry.GetProperty("containerId").GetString());
    }

    [Fact]
    public void A_runtime_that_never_ends_the_state_is_waited_for_until_the_hooks_deadline_at_most()
    {
        const string Script = "mkfifo f 2>/dev/null; exec 9<>f; printf '{\"id\":\"c2\"}' >&9; \"$@\" <f 9>&-";

        CommandResult result = _bench.TimeOut(
            () => _bench.RunIn(Script, "/bin/sh", "sh", "-c", "head -c 5 >got"), result => result.ExitCode != 124);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal("{\"id\"", File.ReadAllText(_bench.Inside("got")));
        Assert.False(_bench.Entry.GetProperty("ocihooksTimedOut").GetBoolean());
    }

    [Fact]
    public void A_hook_that_waits_for_the_end_of_such_a_state_has_timed_out()
    {
        _bench.Options["--timeout-ms"] = "500";

        CommandResult result = _bench.RunIn("mkfifo f; exec 9<>f; \"$@\" <f 9>&-", "/bin/cat", "cat");

        Assert.Equal(124, result.ExitCode);
        Assert.True(_bench.Entry.GetProperty("ocihooksTimedOut").GetBoolean());
    }

    [Theory]
    [InlineData("no JSON at all", null)]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    [InlineData("""{"id":"cut of""", null)]
    [InlineData("""{"id":5,"bundle":{"id":"no"}}""", null)]
    [InlineData("""{"annotations":{"id":"no"},"id":"c3"}""", "c3")]
    [InlineData("""{"id":"c4","bro""", "c4")]
    [InlineData("""{"id":"a\nb\u0000\u001b[31m\"\\ ü \ud83d\ude00"}""", "a\nb\0\u001b[31m\"\\ ü 😀")]
    [InlineData("""{"id":"half \ud83d pair"}""", "half � pair")]
    public void Whatever_the_state_is_the_hook_gets_it_and_the_log_has_the_id(string state, string? id)
    {
        CommandResult result = _bench.Run(Encoding.UTF8.GetBytes(state), "/bin/sh", "sh", "-c", "cat >got");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal(state, File.ReadAllText(_bench.Inside("got")));
        Assert.Equal(id, _bench.Entry.TryGetProperty("containerId", out System.Text.Json.JsonElement value) ? value.GetString() : null);
    }

    /// <summary>The supervisor keeps the whole state up to a limit that no state reaches.</summary>
    [Fact]
    public void The_id_is_found_behind_much_else_even_if_the_hook_does_not_read()
    {
        string state = $$"""{"annotations":{"k":"{{new string('x', 200_000)}}"},"id":"c5"}""";

        CommandResult result = _bench.Run(Encoding.UTF8.GetBytes(state), "/bin/true");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("c5", _bench.Entry.GetProperty("containerId").GetString());
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private void AssertArrived(byte[] state) =>
        Assert.True(state.AsSpan().SequenceEqual(File.ReadAllBytes(_bench.Inside("got"))), "the hook got something else");

    [Fact]
    public void The_state_of_a_hook_for_which_there_is_no_pipe_is_taken_to_its_end()
    {
        string script = $"{{ head -c 1048576 /dev/zero; echo $? >written; }} | {Probes.Failing} pipe2 24 \"$@\"";

        Assert.Equal(126, _bench.RunIn(script, "/bin/true").ExitCode);

        Assert.Equal("0", _bench.Await("written"));
    }

    [Theory]
    [InlineData("/no/such/hook", 127)]
    [InlineData("/etc", 126)]
    public void Without_a_state_a_hook_that_cannot_be_started_is_told_at_once(string hook, int exitCode)
    {
        CommandResult result = _bench.RunIn("exec \"$@\" <&-", hook);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains("could not be started", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>crun writes the state first, and a pipe without a reader kills it.</summary>
    [Fact]
    public void The_state_of_a_hook_that_is_killed_is_taken_to_its_end()
    {
        _bench.Options["--timeout-ms"] = "300";
        _bench.Options["--grace-ms"] = "100";

        // The runtime is already writing when the supervisor starts, however the two are scheduled.
        const string Script = "{ head -c 1048576 /dev/zero; echo $? >written; } | { dd bs=1 count=1 >/dev/null 2>&1; \"$@\"; }";

        _ = _bench.RunIn(Script, "/bin/sleep", "sleep", "100000");

        Assert.Equal("0", _bench.Await("written"));
    }
}
