using System.Text;
using HookEngine.Linux;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>Writes events to standard error, for people. System.Console changes a terminal and fails on a closed one.</summary>
internal sealed unsafe class StandardErrorSink(Delivery delivery) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        byte[] line = Encoding.UTF8.GetBytes($"runc-wrap: {EventText.Message(logEvent)}\n");
        fixed (byte* bytes = line)
        {
            delivery.Note(Libc.WriteAll(2, bytes, line.Length));
        }
    }
}
