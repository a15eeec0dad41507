using System.Text;
using CliWrap;

namespace IntegrationTests.Fixture;

/// <summary>
/// Runs a program with arguments, environment, input and output as text. The program ends with its test. A test that needs bytes, a
/// signal, a session or a descriptor uses <see cref="Command"/>.
/// </summary>
/// <param name="program">The program, by path or by name in PATH.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class ExternalProgram(string program, params IEnumerable<string> arguments)
{
    /// <summary>
    /// How long to wait for more output after the program has ended. Its background processes (a container, for example) may hold the pipes
    /// open forever.
    /// </summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    /// <summary>The program's whole environment; null for this process's own.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>The program's standard input.</summary>
    public string Input { get; init; } = "";

    public TimeSpan Timeout { get; init; } = TestTimeout.Limit;

    /// <summary>Runs the program to its end.</summary>
    /// <exception cref="TimeoutException">It took too long, and was killed with all that it had started.</exception>
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
                // Another process holds it open.
            }
        }
    }

    /// <summary>Starts the program, for a test that reads and writes while it runs.</summary>
    public RunningProgram Start() => new(Prepare);

    private CliWrap.Command Prepare(PipeSource input) => Cli.Wrap(program)
        .WithArguments(arguments)
        .WithWorkingDirectory(WorkingDirectory ?? "")
        .WithEnvironmentVariables(Environment is null ? new Dictionary<string, string?>() : Whole(Environment))
        .WithValidation(CommandResultValidation.None)
        .WithStandardInputPipe(input);

    /// <summary>Returns an environment for CliWrap, in which null removes a variable of this process.</summary>
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
