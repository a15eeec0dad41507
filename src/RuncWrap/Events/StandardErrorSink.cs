using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Events;

/// <summary>Writes events to standard error, for people. System.Console changes a terminal and fails on a closed one.</summary>
internal sealed class StandardErrorSink(ILoggingFailureListener listener) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (!ErrorReport.WriteLine(EventLog.Message(logEvent)))
        {
            listener.OnLoggingFailed(this, LoggingFailureKind.Permanent, "standard error takes nothing", [logEvent], null);
        }
    }
}
