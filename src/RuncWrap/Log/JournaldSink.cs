using HookEngine.Log;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>
/// Sends events to systemd-journald. Each property becomes a field: ContainerId is CONTAINER_ID, and a list is the field several times.
/// </summary>
internal sealed class JournaldSink(Delivery delivery) : ILogEventSink
{
    /// <summary>How often a list's field is told; journald drops an entry of more than 1,024 fields. The message has all.</summary>
    private const int MaxValues = 256;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var message = new JournalMessage();
        message.Add("SYSLOG_IDENTIFIER", "runc-wrap");
        bool isWarning = delivery.FileProblem is not null && logEvent.Level < LogEventLevel.Warning;
        message.Add("PRIORITY", Priority(isWarning ? LogEventLevel.Warning : logEvent.Level));
        message.Add("MESSAGE", delivery.With(EventText.Message(logEvent)));
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            List<string> texts = EventText.Values(name, value);
            for (int i = 0; i < Math.Min(texts.Count, MaxValues); i++)
            {
                message.Add(name, texts[i]);
            }
        }

        delivery.Note(JournalSocket.Send(message.Span));
    }

    /// <summary>The levels of syslog(3).</summary>
    private static string Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "2",
        LogEventLevel.Error => "3",
        LogEventLevel.Warning => "4",
        LogEventLevel.Information => "6",
        _ => "7",
    };
}
