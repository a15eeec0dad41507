using HookEngine.Linux;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>
/// Sends events to systemd-journald by its native protocol, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. Each property becomes
/// a field: ContainerId is CONTAINER_ID, and a list is the field several times. Never waits: a journal that is full or gone loses
/// the event, not the container.
/// </summary>
internal sealed unsafe class JournaldSink(Delivery delivery) : ILogEventSink
{
    private const int SocketPathOffset = 2;

    /// <summary>How often a list's field is told; journald drops an entry of more than 1,024 fields. The message has all.</summary>
    private const int MaxValues = 256;

    private static ReadOnlySpan<byte> SocketPath => "/run/systemd/journal/socket\0"u8;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var message = new JournalMessage();
        message.Add("SYSLOG_IDENTIFIER", "runc-wrap");
        message.Add("PRIORITY", Priority(logEvent.Level));
        message.Add("MESSAGE", EventText.Message(logEvent));
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            List<string> texts = EventText.Values(name, value);
            for (int i = 0; i < Math.Min(texts.Count, MaxValues); i++)
            {
                message.Add(name, texts[i]);
            }
        }

        delivery.Note(Send(message.Span));
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

    private static bool Send(ReadOnlySpan<byte> message)
    {
        int socket = Libc.DatagramSocket();
        if (socket < 0)
        {
            return false;
        }

        // struct sockaddr_un, unix(7): the family in the machine's byte order, then the path.
        byte* address = stackalloc byte[SocketPathOffset + SocketPath.Length];
        *(ushort*)address = Libc.AF_UNIX;
        SocketPath.CopyTo(new Span<byte>(address + SocketPathOffset, SocketPath.Length));
        uint addressLength = (uint)(SocketPathOffset + SocketPath.Length);
        bool sent;
        fixed (byte* bytes = message)
        {
            sent = Libc.sendto(socket, bytes, message.Length, Libc.MSG_NOSIGNAL, address, addressLength) >= 0
                || (Libc.Errno is Libc.EMSGSIZE or Libc.ENOBUFS
                    && SendInMemory(socket, bytes, message.Length, address, addressLength));
        }

        _ = Libc.close(socket);
        return sent;
    }

    /// <summary>What does not fit into a datagram goes as a file in memory.</summary>
    private static bool SendInMemory(int socket, byte* message, int length, byte* address, uint addressLength)
    {
        fixed (byte* name = "runc-wrap"u8)
        {
            int memory = Libc.SealedMemory(name, message, length);
            bool sent = memory >= 0 && Libc.SendDescriptor(socket, memory, address, addressLength);
            if (memory >= 0)
            {
                _ = Libc.close(memory);
            }

            return sent;
        }
    }
}
