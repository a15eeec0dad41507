using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using HookCtl.Processes;
using Linux;

namespace UnitTests.HookCtl.Processes;

/// <summary>Tests how hookctl runs other programs, with a shell as the program.</summary>
public sealed class ExternalProgramTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task What_a_program_says_and_how_it_ends_is_told()
    {
        ProgramResult result = await ShellAsync("echo ' one'; echo two; echo oops >&2; exit 3");

        Assert.Equal((3, "one\ntwo", "oops"), (result.ExitCode!.Value, result.Output, result.Error));
        Assert.Equal("oops", result.LastLines(2));
        Assert.Equal("one | two", (result with { Error = "" }).LastLines(2));
        Assert.Same(result, result.EnsureStarted());
    }

    [Fact]
    public async Task A_program_that_a_signal_ends_has_the_exit_code_of_a_shell() =>
        Assert.Equal(128 + 9, (await ShellAsync("kill -KILL $$")).ExitCode);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b\tc\nd")]
    [InlineData("\"")]
    [InlineData("a\\")]
    [InlineData("a \\\\\" b\\\\")]
    [InlineData("$HOME 'x' * ;")]
    [InlineData("\u00e4\u20ac\U0001f40b")]
    public async Task An_argument_arrives_as_it_is(string argument)
    {
        ProgramResult result = await ShellAsync("printf '%s:<%s><%s>' $# \"$1\" \"$2\"", argument, "end");

        Assert.Equal($"2:<{argument}><end>", result.Output);
    }

    [Fact]
    public async Task There_is_nothing_to_read_for_a_program() => Assert.Equal("0", (await ShellAsync("wc -c")).Output);

    [Fact]
    public async Task What_is_no_text_is_told_by_replacement_characters() =>
        Assert.Equal("a\ufffdb \u00e4", (await ShellAsync("printf 'a\\377b \\303'; printf '\\244'")).Output);

    [Theory]
    [InlineData("no-such-program-of-any-machine")]
    [InlineData("/no/such/program")]
    public async Task A_program_that_is_not_there_is_a_result(string program)
    {
        ProgramResult result = await RunAsync(program, [], s_long, TestContext.Current.CancellationToken);

        Assert.Equal((false, false, null), (result.IsStarted, result.TimedOut, result.ExitCode));
        Assert.Equal($"{program} cannot be started: no such file or directory; install it, or add its directory to PATH", result.Failure);
        Assert.Equal(result.Failure, Assert.Throws<OciHooksException>(result.EnsureStarted).Message);
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_a_result() => Assert.Equal(
        "/etc/passwd cannot be started: permission denied; install it, or add its directory to PATH",
        (await RunAsync("/etc/passwd", [], s_long, TestContext.Current.CancellationToken)).Failure);

    [Fact]
    public async Task A_program_that_takes_too_long_is_ended_with_all_that_it_has_started()
    {
        using Background left = await Background.MakeAsync();

        ProgramResult result = await RunAsync("sh", ["-c", left.Start + " wait"], s_short, TestContext.Current.CancellationToken);

        Assert.Equal((true, null), (result.TimedOut, result.ExitCode));
        Assert.StartsWith("sh does not answer: it did not end within ", result.Failure, StringComparison.Ordinal);
        Assert.Same(result, result.EnsureStarted());
        await left.HasEndedAsync();
    }

    [Fact]
    public async Task A_program_is_ended_with_all_that_it_has_started_when_it_is_not_wanted_any_more()
    {
        using Background left = await Background.MakeAsync();
        using var source = new CancellationTokenSource();
        Task<ProgramResult> running = RunAsync("sh", ["-c", left.Start + " wait"], s_long, source.Token);
        await left.HasStartedAsync();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await left.HasEndedAsync();
    }

    [Fact]
    public async Task What_is_left_running_with_the_pipes_open_keeps_nobody_waiting_and_lives_on()
    {
        using Background left = await Background.MakeAsync();

        ProgramResult result = await ShellAsync($"exec 3>&1; {left.Start.Replace("&", "3>&3 &", StringComparison.Ordinal)} echo $!; exit 4");

        Assert.Equal(4, result.ExitCode);
        using var process = System.Diagnostics.Process.GetProcessById(int.Parse(result.Output, CultureInfo.InvariantCulture));
        process.Kill();
        await left.HasEndedAsync();
    }

    [Fact]
    public async Task Of_output_without_end_the_beginning_is_kept_and_both_streams_are_read()
    {
        ProgramResult result = await ShellAsync("head -c 64M /dev/zero | tr '\\0' e >&2; head -c 64M /dev/zero | tr '\\0' x; echo end");

        Assert.Equal((0, ProgramOutput.Limit, ProgramOutput.Limit), (result.ExitCode!.Value, result.Output.Length, result.Error.Length));
    }

    [Fact]
    public async Task Lines_come_while_the_program_runs()
    {
        using Background left = await Background.MakeAsync();
        List<string> lines = [];

        await foreach (string line in LinesAsync($"echo one; echo two; {left.Start} wait", TestContext.Current.CancellationToken))
        {
            lines.Add(line);
            if (lines.Count == 2)
            {
                await left.HasStartedAsync();
                break;
            }
        }

        Assert.Equal(["one", "two"], lines);
        await left.HasEndedAsync();
    }

    [Fact]
    public async Task A_program_that_fails_has_its_lines_read_and_is_told()
    {
        List<string> lines = [];
        OciHooksException failure = await Assert.ThrowsAsync<OciHooksException>(async () =>
        {
            await foreach (string line in LinesAsync("echo one; echo oops >&2; exit 3", TestContext.Current.CancellationToken))
            {
                lines.Add(line);
            }
        });

        Assert.Equal(["one"], lines);
        Assert.Equal("sh ended with exit code 3: oops; nothing is known", failure.Message);
    }

    [Theory]
    [InlineData("no-such-program-of-any-machine", "no such file or directory")]
    [InlineData("/etc/passwd", "permission denied")]
    public async Task Lines_of_what_cannot_be_started_are_a_failure(string program, string reason)
    {
        OciHooksException failure = await Assert.ThrowsAsync<OciHooksException>(
            () => ExternalProgram.ReadLinesAsync(program, [], "nothing is known", TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.Equal($"{program} cannot be started: {reason}; install it, or add its directory to PATH", failure.Message);
    }

    [Fact]
    public async Task Lines_end_when_they_are_not_wanted_any_more()
    {
        using Background left = await Background.MakeAsync();
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (string line in LinesAsync($"{left.Start} echo one; wait", source.Token))
            {
                await source.CancelAsync();
            }
        });

        await left.HasEndedAsync();
    }

    /// <summary>hookctl has one way to start a program, with the search, the limits and the end that this file tests.</summary>
    [Fact]
    public void Hookctl_starts_programs_in_no_other_way()
    {
        using var file = new PEReader(File.OpenRead(typeof(ExternalProgram).Assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();

        IEnumerable<string> types = metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => metadata.GetString(type.Name));

        Assert.Contains("Cli", types);
        Assert.DoesNotContain("Process", types);
        Assert.DoesNotContain("ProcessStartInfo", types);
    }

    private static Task<ProgramResult> ShellAsync(string script, params string[] arguments) =>
        RunAsync("sh", ["-c", script, "sh", .. arguments], s_long, TestContext.Current.CancellationToken);

    private static Task<ProgramResult> RunAsync(string program, string[] arguments, TimeSpan timeout, CancellationToken token) =>
        ExternalProgram.RunAsync(program, arguments, timeout, token);

    private static IAsyncEnumerable<string> LinesAsync(string script, CancellationToken token) =>
        ExternalProgram.ReadLinesAsync("sh", ["-c", script], "nothing is known", token);

    /// <summary>A background process that a shell starts and that runs until it is ended. It keeps the other end of a pipe open.</summary>
    private sealed class Background : IDisposable
    {
        private readonly string _directory;
        private readonly Task<FileStream> _opened;

        private Background(string directory)
        {
            _directory = directory;
            _opened = Task.Run(() => Open(FileAccess.Read));
        }

        /// <summary>The shell command that starts it.</summary>
        internal string Start => $"sleep 100000 >{Pipe} &";

        private string Pipe => _directory + "/pipe";

        internal static async Task<Background> MakeAsync()
        {
            string directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;
            Assert.Equal(0, (await RunAsync("mkfifo", [directory + "/pipe"], s_long, TestContext.Current.CancellationToken)).ExitCode);
            return new Background(directory);
        }

        internal async Task HasStartedAsync() => _ = await _opened;

        /// <summary>Waits until the process has ended. Also returns if it was ended before it began.</summary>
        internal async Task HasEndedAsync()
        {
            await Open(FileAccess.Write).DisposeAsync();
            await using FileStream pipe = await _opened;
            Assert.Equal(0, await pipe.ReadAsync(new byte[1]));
        }

        private FileStream Open(FileAccess access) => new(Pipe, FileMode.Open, access, FileShare.ReadWrite);

        public void Dispose() => Directory.Delete(_directory, recursive: true);
    }
}
