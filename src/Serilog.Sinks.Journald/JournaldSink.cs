using System.Text;
using Linux;
using Linux.Journal;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;

namespace Serilog.Sinks.Journald;

/// <summary>Sends each event to systemd-journald by itself. Nothing stays open in between, so that a journal that is started anew is found.</summary>
/// <param name="syslogIdentifier">The field of that name; none if null.</param>
/// <param name="message">An event's message.</param>
/// <param name="socketPath">The journal's socket, of no more than <see cref="JournalSocket.MaxPathLength"/> bytes.</param>
internal sealed class JournaldSink(string? syslogIdentifier, Func<LogEvent, string> message, string socketPath)
    : ILogEventSink, ISetLoggingFailureListener
{
    /// <summary>How many fields properties may be: journald drops an entry of more than 1,024.</summary>
    internal const int MaxFields = 1000;

    /// <summary>How often a list's field is sent, so that there is room for the properties after it.</summary>
    internal const int MaxListFields = 128;

    private readonly byte[] _socketPath = Encoding.UTF8.GetBytes(socketPath);
    private ILoggingFailureListener? _failureListener;

    /// <inheritdoc/>
    public void SetFailureListener(ILoggingFailureListener failureListener) => _failureListener = failureListener;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (!JournalSocket.Send(Entry(logEvent).Span, _socketPath))
        {
            string problem = $"{socketPath} takes no entry: {Libc.ErrorText(Libc.Errno)}; see to it that systemd-journald runs";
            (_failureListener ?? SelfLog.FailureListener).OnLoggingFailed(this, LoggingFailureKind.Permanent, problem, [logEvent], null);
        }
    }

    private JournalMessage Entry(LogEvent logEvent)
    {
        var entry = new JournalMessage();
        if (syslogIdentifier is not null)
        {
            entry.Add("SYSLOG_IDENTIFIER"u8, syslogIdentifier);
        }

        entry.Add("PRIORITY"u8, Priority(logEvent.Level));
        entry.Add("MESSAGE"u8, message(logEvent));
        if (logEvent.Exception is not null)
        {
            entry.Add("EXCEPTION"u8, logEvent.Exception.ToString());
        }

        int room = MaxFields;
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            room -= AddProperty(entry, name, value, room);
        }

        return entry;
    }

    /// <summary>Adds a property, and tells how many fields it is.</summary>
    private static int AddProperty(JournalMessage entry, string name, LogEventPropertyValue value, int room)
    {
        Span<byte> field = stackalloc byte[FieldName.MaxLength];
        field = field[..FieldName.Write(name, field)];
        if (value is not SequenceValue list)
        {
            return AddField(entry, field, value, room);
        }

        int count = 0;
        for (int i = 0; i < list.Elements.Count && count < MaxListFields; i++)
        {
            count += AddField(entry, field, list.Elements[i], room - count);
        }

        return count;
    }

    private static int AddField(JournalMessage entry, ReadOnlySpan<byte> field, LogEventPropertyValue value, int room)
    {
        string text = room > 0 ? FieldValue.Text(value) : "";
        if (text.Length == 0)
        {
            return 0;
        }

        entry.Add(field, text);
        return 1;
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
