using System.Text;
using System.Threading.Channels;
using CliWrap;

namespace IntegrationTests.Fixture;

/// <summary>A program that runs while its test talks to it, line by line. It is ended, with all that it has started, when it is disposed of.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Channel<string> _input = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _error = new();
    private readonly Task<int> _running;

    /// <summary>Starts it.</summary>
    /// <param name="prepare">The program with its standard input.</param>
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

    /// <summary>The next line that it writes.</summary>
    /// <exception cref="InvalidOperationException">It writes no more.</exception>
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

    /// <summary>Ends its input, and waits until it has ended by itself.</summary>
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
