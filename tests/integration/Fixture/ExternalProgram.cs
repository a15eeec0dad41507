using System.Text;
using CliWrap;

namespace IntegrationTests.Fixture;

/// <summary>
/// A program that is run as people run it: its arguments, environment, input and output are text. It ends with its test. Whatever a test
/// is about that is bytes, a signal, a session or a descriptor takes <see cref="Command"/>.
/// </summary>
/// <param name="program">The program, by path or by name in PATH.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class ExternalProgram(string program, params IEnumerable<string> arguments)
{
    /// <summary>
    /// How long nothing may come once the program itself has ended: what it left running in the background (a container, say) may hold
    /// the pipes open for ever.
    /// </summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    /// <summary>All of its environment; null for this process's own.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>What it reads.</summary>
    public string Input { get; init; } = "";

    public TimeSpan Timeout { get; init; } = TestTimeout.Limit;

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="TimeoutException">It was ended, with all that it had started, because it took too long.</exception>
    public async Task<CommandResult> RunAsync()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var drained = new CancellationTokenSource();
        using MemoryStream output = new(), error = new();
        bool hasEnded = false;
        limit.CancelAfter(Timeout);

        // CliWrap cancels the writing of the input when the program has ended.
        var input = PipeSource.Create(async (pipe, ended) =>
        {
            ended.Register(() =>
            {
                hasEnded = true;
                drained.CancelAfter(s_linger);
            });
            await pipe.WriteAsync(Encoding.UTF8.GetBytes(Input), ended);
        });
        try
        {
            CommandTask<CliWrap.CommandResult> running = Prepare(input)
                .WithStandardOutputPipe(PipeTarget.Create((pipe, end) => ReadAsync(pipe, output, end)))
                .WithStandardErrorPipe(PipeTarget.Create((pipe, end) => ReadAsync(pipe, error, end)))
                .ExecuteAsync(limit.Token);
            CliWrap.CommandResult result = await running;
            return new CommandResult(running.ProcessId, result.ExitCode, null, output.ToArray(), error.ToArray());
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException($"{program} still runs after {Timeout}\nstdout: {Encoding.UTF8.GetString(output.ToArray())}\nstderr: "
                + Encoding.UTF8.GetString(error.ToArray()));
        }

        async Task ReadAsync(Stream pipe, MemoryStream text, CancellationToken end)
        {
            byte[] buffer = new byte[65536];
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(end, drained.Token);
            try
            {
                while (await pipe.ReadAsync(buffer, enough.Token) is > 0 and int count)
                {
                    text.Write(buffer, 0, count);
                    if (hasEnded)
                    {
                        drained.CancelAfter(s_linger);
                    }
                }
            }
            catch (OperationCanceledException) when (drained.IsCancellationRequested)
            {
                // Somebody else holds it open.
            }
        }
    }

    /// <summary>Starts it, to be talked to while it runs.</summary>
    public RunningProgram Start() => new(Prepare);

    private CliWrap.Command Prepare(PipeSource input) => Cli.Wrap(program)
        .WithArguments(arguments)
        .WithWorkingDirectory(WorkingDirectory ?? "")
        .WithEnvironmentVariables(Environment is null ? new Dictionary<string, string?>() : Whole(Environment))
        .WithValidation(CommandResultValidation.None)
        .WithStandardInputPipe(input);

    /// <summary>An environment as CliWrap has it: what this process has besides is taken away.</summary>
    private static Dictionary<string, string?> Whole(IReadOnlyDictionary<string, string> environment)
    {
        Dictionary<string, string?> whole = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .ToDictionary(name => name, _ => (string?)null);
        foreach ((string name, string value) in environment)
        {
            whole[name] = value;
        }

        return whole;
    }
}
