using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using CliWrap;
using Linux;

namespace HookCtl.Processes;

/// <summary>
/// Runs other programs: by path or by name in PATH, without a shell, with an empty standard input and this process's environment. One that
/// takes too long, or is not wanted any more, is ended with all that it has started.
/// </summary>
internal static class ExternalProgram
{
    /// <summary>How many lines are read before somebody asks for them.</summary>
    private const int LinesAhead = 256;

    /// <summary>How long a program may take whose caller does not say.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    /// <summary>How long the rest of the output may take once a program has ended: what it left running may hold its pipes open.</summary>
    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="RunAsync(string, IEnumerable{string}, TimeSpan, CancellationToken)"/>
    internal static Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken token) =>
        RunAsync(program, arguments, s_timeout, token);

    /// <summary>Runs a program to its end. That it is not there, or takes too long, is a result.</summary>
    /// <exception cref="OperationCanceledException">It was ended because <paramref name="token"/> says so.</exception>
    internal static Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken token) =>
        RunAsync(program, arguments, null, timeout, token);

    /// <summary>Runs a program, and gives each line that it writes as it comes, until it has ended or nobody asks for more.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="consequence">What it means if it fails.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="OciHooksException">It cannot be started, or it fails.</exception>
    /// <exception cref="OperationCanceledException">It was ended because <paramref name="token"/> says so.</exception>
    internal static async IAsyncEnumerable<string> ReadLinesAsync(
        string program, IEnumerable<string> arguments, string consequence, [EnumeratorCancellation] CancellationToken token)
    {
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(token);
        var lines = Channel.CreateBounded<string>(LinesAhead);
        Task<ProgramResult> running = WriteLinesAsync(program, arguments, lines.Writer, wanted.Token);
        try
        {
            await foreach (string line in lines.Reader.ReadAllAsync(token))
            {
                yield return line;
            }

            ProgramResult end = (await running).EnsureStarted();
            if (end.ExitCode != 0)
            {
                string failure = end.Failure
                    ?? string.Create(CultureInfo.InvariantCulture, $"{program} ended with exit code {end.ExitCode}: {end.Error}");
                throw new OciHooksException($"{failure}; {consequence}");
            }
        }
        finally
        {
            await wanted.CancelAsync();
            await Task.WhenAny(running);
        }
    }

    private static async Task<ProgramResult> WriteLinesAsync(
        string program, IEnumerable<string> arguments, ChannelWriter<string> lines, CancellationToken token)
    {
        try
        {
            var target = PipeTarget.ToDelegate((line, end) => lines.WriteAsync(line, end).AsTask(), Encoding.UTF8);
            return await RunAsync(program, arguments, target, Timeout.InfiniteTimeSpan, token);
        }
        finally
        {
            lines.Complete();
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="target">Where its output goes; null for the result.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="token">Ends it.</param>
    private static async Task<ProgramResult> RunAsync(
        string program, IEnumerable<string> arguments, PipeTarget? target, TimeSpan timeout, CancellationToken token)
    {
        if (Find(program) is not { } path)
        {
            return NotStarted(program, Libc.ENOENT);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var drained = new CancellationTokenSource();
        limit.CancelAfter(timeout);
        var output = new ProgramOutput(drained.Token);
        var error = new ProgramOutput(drained.Token);
        Command command = Cli.Wrap(path)
            .WithArguments(arguments)
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(Empty(() => drained.CancelAfter(s_drainTimeout)))
            .WithStandardOutputPipe(target ?? output.Target)
            .WithStandardErrorPipe(error.Target);
        try
        {
            CommandResult end = await command.ExecuteAsync(limit.Token);
            return new ProgramResult(end.ExitCode, output.Text, error.Text);
        }
        catch (Win32Exception failure)
        {
            return NotStarted(program, (failure.InnerException as Win32Exception ?? failure).NativeErrorCode);
        }
        catch (Exception ended) when (ended is OperationCanceledException or TimeoutException)
        {
            // CliWrap's own timeout is for a program that does not even end when it is killed, as on a file system that does not answer.
            token.ThrowIfCancellationRequested();
            return ProgramResult.Late(program, timeout, output.Text, error.Text);
        }
    }

    /// <summary>Nothing to read for a program.</summary>
    /// <param name="ended">What to do when it has ended: then CliWrap wants no more of its standard input.</param>
    private static PipeSource Empty(Action ended) => PipeSource.Create((_, end) =>
    {
        end.Register(ended);
        return Task.CompletedTask;
    });

    /// <summary>A program's path. Not by .NET's search, which looks in the current directory before PATH.</summary>
    private static string? Find(string program) => program.Contains('/') ? program : ProgramSearch.Find(program)?.ToString();

    private static ProgramResult NotStarted(string program, int error) =>
        ProgramResult.NotStarted($"{program} cannot be started: {Libc.ErrorText(error)}; install it, or add its directory to PATH");
}
