using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using HookEngine.Linux;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>
/// Sends events to systemd-journald by its native protocol, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. Each property becomes
/// a field: ContainerId is CONTAINER_ID, and a list is the field several times. Never waits: a journal that is full or gone loses
/// the event, not the container.
/// </summary>
internal sealed unsafe class JournaldSink : ILogEventSink
{
    private const int SocketPathOffset = 2;

    private static ReadOnlySpan<byte> SocketPath => "/run/systemd/journal/socket\0"u8;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var message = new ArrayBufferWriter<byte>(1024);
        Field(message, "SYSLOG_IDENTIFIER", "runc-wrap");
        Field(message, "PRIORITY", Priority(logEvent.Level));
        Field(message, "MESSAGE", EventText.Message(logEvent));
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            foreach (string text in EventText.Values(name, value))
            {
                Field(message, FieldName(name), text);
            }
        }

        Send(message.WrittenSpan);
    }

    /// <summary>PascalCase to upper case with underscores, as systemd.journal-fields(7) has names.</summary>
    internal static string FieldName(string property)
    {
        Span<char> name = stackalloc char[2 * property.Length];
        int length = 0;
        foreach (char letter in property)
        {
            if (char.IsAsciiLetterUpper(letter) && length > 0)
            {
                name[length++] = '_';
            }

            name[length++] = char.IsAsciiLetterLower(letter) ? (char)(letter & ~0x20) : letter;
        }

        return new string(name[..length]);
    }

    /// <summary>A value with a line break has its length before it, 64 bits, little-endian.</summary>
    internal static void Field(ArrayBufferWriter<byte> message, string name, string value)
    {
        message.Write(Encoding.ASCII.GetBytes(name));
        byte[] text = Encoding.UTF8.GetBytes(value);
        if (text.AsSpan().Contains((byte)'\n'))
        {
            message.Write("\n"u8);
            BinaryPrimitives.WriteInt64LittleEndian(message.GetSpan(sizeof(long)), text.Length);
            message.Advance(sizeof(long));
        }
        else
        {
            message.Write("="u8);
        }

        message.Write(text);
        message.Write("\n"u8);
    }

    /// <summary>The levels of syslog(3).</summary>
    private static string Priority(LogEventLevel level) => ((int)(level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    })).ToString(CultureInfo.InvariantCulture);

    private static void Send(ReadOnlySpan<byte> message)
    {
        int socket = Libc.DatagramSocket();
        if (socket < 0)
        {
            return;
        }

        // struct sockaddr_un, unix(7): the family in the machine's byte order, then the path.
        byte* address = stackalloc byte[SocketPathOffset + SocketPath.Length];
        *(ushort*)address = Libc.AF_UNIX;
        SocketPath.CopyTo(new Span<byte>(address + SocketPathOffset, SocketPath.Length));
        fixed (byte* bytes = message)
        {
            _ = Libc.sendto(
                socket, bytes, message.Length, Libc.MSG_NOSIGNAL, address, (uint)(SocketPathOffset + SocketPath.Length));
        }

        _ = Libc.close(socket);
    }
}
