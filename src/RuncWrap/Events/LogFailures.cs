using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Events;

/// <summary>Which places an event did not get to, and what is wrong with the file.</summary>
internal sealed class LogFailures : ILoggingFailureListener
{
    /// <summary>How many places have not taken the event.</summary>
    internal int Count { get; private set; }

    /// <summary>What is wrong with the file, for the other places to tell; null if nothing is. It may have taken the event all the same.</summary>
    internal string? FileProblem { get; private set; }

    /// <inheritdoc/>
    public void OnLoggingFailed(
        object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception)
    {
        Count += events?.Count ?? 0;
        FileProblem = sender is FileSink ? message : FileProblem;
    }
}
