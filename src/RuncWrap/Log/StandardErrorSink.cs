using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>Writes events to standard error, for people. System.Console changes a terminal and fails on a closed one.</summary>
internal sealed class StandardErrorSink(Delivery delivery) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent) => delivery.Note(ErrorReport.WriteLine(delivery.With(EventText.Message(logEvent))));
}
