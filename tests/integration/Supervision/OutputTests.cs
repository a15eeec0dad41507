using System.Text;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>
/// Tests that a hook's output goes to the runtime, up to a size, and that nobody who does not read it delays the container.
/// </summary>
public sealed partial class OutputTests : IDisposable
{
    /// <summary>The limit for all output, and the part reserved for each of the two streams, in bytes.</summary>
    private const int Whole = 56 * 1024;
    private const int Half = Whole / 2;

    /// <summary>A script that opens a full pipe, which nobody reads, as descriptor 9.</summary>
    private const string FullPipe = "mkfifo f; exec 9<>f; head -c 65536 /dev/zero >&9; ";

    private readonly SupervisorBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4097)]
    [InlineData(Half - 1)]
    [InlineData(Half)]
    public void Both_outputs_are_passed_on_byte_for_byte(int size)
    {
        byte[] output = Write("out", size);
        byte[] error = Write("err", size);

        CommandResult result = _bench.RunShell("cat out; cat err >&2");

        Assert.Equal(0, result.ExitCode);
        Assert.True(output.AsSpan().SequenceEqual(result.Output), $"{result.Output.Length} bytes of stdout");
        Assert.True(error.AsSpan().SequenceEqual(result.Error), $"{result.Error.Length} bytes of stderr");
        Assert.Equal(size, _bench.Entry.GetProperty("ocihooksStdoutBytes").GetInt32());
        Assert.Equal(size, _bench.Entry.GetProperty("ocihooksStderrBytes").GetInt32());
    }

    [Theory]
    [InlineData("out", "")]
    [InlineData("", "err")]
    public void What_one_output_does_not_use_is_the_others(string output, string error)
    {
        byte[] large = Write("large", Whole - 3);

        CommandResult result = _bench.RunShell($"printf '{output}'; printf '{error}' >&2; cat large {(output.Length > 0 ? ">&2" : "")}");

        byte[] quiet = output.Length > 0 ? result.Output : result.Error;
        byte[] loud = output.Length > 0 ? result.Error : result.Output;
        Assert.Equal(output + error, Encoding.UTF8.GetString(quiet));
        Assert.True(large.AsSpan().SequenceEqual(loud), $"{loud.Length} bytes");
    }

    [Theory]
    [InlineData(Half + 1)]
    [InlineData((3 * Whole) + 1234)]
    public void Of_more_the_end_is_kept_with_a_note(int size)
    {
        byte[] output = Write("out", size);

        CommandResult result = _bench.RunShell("cat out; cat out >&2");

        Assert.Equal(0, result.ExitCode);
        AssertEndOf(output, result.Output);
        AssertEndOf(output, result.Error);
        Assert.Equal(size, _bench.Entry.GetProperty("ocihooksStdoutBytes").GetInt32());
    }

    [Fact]
    public void A_hundred_megabytes_are_no_trouble()
    {
        CommandResult result = _bench.RunShell("head -c 104857600 /dev/zero; echo the end");

        Assert.Equal((0, Whole), (result.ExitCode, result.Output.Length));
        Assert.EndsWith("\0the end\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(104_857_608, _bench.Entry.GetProperty("ocihooksStdoutBytes").GetInt64());
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    public void If_the_runtime_has_closed_its_end_the_exit_code_is_the_hooks_all_the_same(string end, int exitCode)
    {
        IEnumerable<ByteString> line = _bench.Line(["/bin/sh", "sh", "-c", $"echo a; echo b >&2; {end}"]);

        CommandResult result = new Command(
            Probes.Launcher, ["output-broken", "--", Probes.Named, "ocihooks-supervisor", Repository.Wrapper, .. line]).Run();

        Assert.Equal((exitCode, null), Status(result));
        Assert.Equal("b", _bench.Entry.GetProperty("ocihooksStderr").GetString());
    }

    [Fact]
    public void A_runtime_that_does_not_read_stdout_is_waited_for_but_not_for_ever() =>
        AssertGoesOn(_bench.RunIn(FullPipe + "\"$@\" >f 9>&-", "/bin/sh", "sh", "-c", "echo a; exit 3"), 3);

    [Fact]
    public void A_runtime_that_does_not_read_stderr_is_waited_for_but_not_for_ever() =>
        AssertGoesOn(_bench.RunIn(FullPipe + "\"$@\" 2>f 9>&-", "/bin/sh", "sh", "-c", "echo a >&2; exit 0"), 0);

    [Fact]
    public void Nor_if_there_is_a_failure_to_be_told_there() =>
        AssertGoesOn(_bench.RunIn(FullPipe + "\"$@\" 2>f 9>&-", "/bin/sh", "sh", "-c", "echo a >&2; exit 3"), 3);

    [Fact]
    public void Nor_if_nothing_else_takes_the_event()
    {
        _bench.Options["--log-file"] = _bench.Inside("missing/hooks.log");

        Assert.Equal((0, null), Status(_bench.RunIn(FullPipe + "\"$@\" 2>f 9>&-", "/bin/true")));
    }

    [Theory]
    [InlineData("yes & exit 0")]
    [InlineData("yes >&2 & exit 0")]
    [InlineData("setsid yes & exit 0")]
    public void What_a_hook_has_left_running_may_write_for_ever(string script)
    {
        CommandResult result = _bench.RunShell(script);

        Assert.Equal(0, result.ExitCode);
        Assert.False(_bench.Entry.GetProperty("ocihooksTimedOut").GetBoolean());
    }

    [Fact]
    public void What_a_hook_has_left_running_lives_on_and_holds_nothing_up()
    {
        CommandResult result = _bench.RunShell("sleep 100000 & exit 0");

        Assert.Equal(0, result.ExitCode);
        Eventually.Equal(1, () => _bench.Survivors.Count);
    }

    [Fact]
    public void The_log_has_the_last_lines_also_of_what_is_no_text()
    {
        CommandResult result = _bench.RunShell(@"seq 1000; printf 'a\377\376b\000c\n\n' >&2");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(string.Join('\n', Enumerable.Range(981, 20)), _bench.Entry.GetProperty("ocihooksStdout").GetString());
        Assert.Equal("a��b\0c", _bench.Entry.GetProperty("ocihooksStderr").GetString());
    }

    private static (int? ExitCode, int? Signal) Status(CommandResult result) => (result.ExitCode, result.Signal);

    private static void AssertEndOf(byte[] whole, byte[] end)
    {
        Assert.Equal(Half, end.Length);
        string[] parts = Encoding.Latin1.GetString(end).Split('\n', 2);
        Match note = Note().Match(parts[0]);
        Assert.True(note.Success, $"no note: {parts[0]}");
        byte[] rest = Encoding.Latin1.GetBytes(parts[1]);
        Assert.True(whole.AsSpan()[^rest.Length..].SequenceEqual(rest), "this is not the end of what was written");
    }

    private void AssertGoesOn(CommandResult result, int exitCode)
    {
        Assert.Equal((exitCode, null), Status(result));
        Assert.Equal(exitCode, _bench.Entry.GetProperty("ocihooksExitCode").GetInt32());
    }

    private byte[] Write(string name, int size)
    {
        byte[] bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        File.WriteAllBytes(_bench.Inside(name), bytes);
        return bytes;
    }

    [GeneratedRegex(@"^\[runc-wrap left out the beginning, \d+ bytes and some\]$")]
    private static partial Regex Note();
}
