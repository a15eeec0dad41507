using System.Text;
using System.Threading.Channels;
using CliWrap;

namespace IntegrationTests.Fixture;

/// <summary>A running program that its test talks to line by line. Disposal kills it and all that it has started.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<string> _input = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _error = new();
    private readonly Task<int> _running;

    /// <summary>Starts the program.</summary>
    /// <param name="prepare">Returns the program with the given standard input.</param>
    public RunningProgram(Func<PipeSource, CliWrap.Command> prepare)
    {
        CliWrap.Command command = prepare(PipeSource.Create(WriteAsync))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line => _ = _output.Writer.TryWrite(line), Encoding.UTF8))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(_error, Encoding.UTF8));
        CommandTask<CliWrap.CommandResult> running = command.ExecuteAsync(_end.Token);
        ProcessId = running.ProcessId;
        _running = AwaitEndAsync(running);
    }

    public int ProcessId { get; }

    public bool HasEnded => _running.IsCompleted;

    /// <summary>Returns the next line that the program writes.</summary>
    /// <exception cref="InvalidOperationException">The program has ended.</exception>
    public async Task<string> ReadLineAsync()
    {
        try
        {
            return await _output.Reader.ReadAsync(_end.Token);
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"it has ended with exit code {await _running} and said: {_error}");
        }
    }

    public void WriteLine(string line) => _ = _input.Writer.TryWrite(line + "\n");

    /// <summary>Closes the program's input, and waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> EndAsync()
    {
        _ = _input.Writer.TryComplete();
        return _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_running);
        _end.Dispose();
    }

    private async Task WriteAsync(Stream pipe, CancellationToken token)
    {
        await foreach (string text in _input.Reader.ReadAllAsync(token))
        {
            await pipe.WriteAsync(Encoding.UTF8.GetBytes(text), token);
            await pipe.FlushAsync(token);
        }
    }

    private async Task<int> AwaitEndAsync(CommandTask<CliWrap.CommandResult> running)
    {
        try
        {
            return (await running).ExitCode;
        }
        finally
        {
            _ = _output.Writer.TryComplete();
        }
    }
}
