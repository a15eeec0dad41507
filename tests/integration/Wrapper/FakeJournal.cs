using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>A socket like journald's, in a directory that a test mounts over the real one.</summary>
internal sealed class FakeJournal : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public FakeJournal(string directory)
    {
        Directory = System.IO.Directory.CreateDirectory(directory).FullName;
        _socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory, "socket")));
    }

    public string Directory { get; }

    /// <summary>Returns the fields of each event that was sent and not yet taken.</summary>
    public IReadOnlyList<ILookup<string, string>> Take()
    {
        List<ILookup<string, string>> events = [];
        while (_socket.Poll(0, SelectMode.SelectRead))
        {
            events.Add(Fields(Entry(ReceivedMessage.Take(_socket))).ToLookup(field => field.Name, field => field.Value));
        }

        return events;
    }

    /// <summary>Sends events until the socket's queue is full.</summary>
    public void FillUp()
    {
        using Socket sender = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            while (true)
            {
                _ = sender.SendTo("MESSAGE=filling\n"u8, new UnixDomainSocketEndPoint(Path.Combine(Directory, "socket")));
            }
        }
        catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
        {
            // The queue is full, as intended.
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Returns the datagram, or the content of the file that came with an empty datagram.</summary>
    private static byte[] Entry(ReceivedMessage message)
    {
        if (message.Descriptor is not { } file)
        {
            return message.Data;
        }

        using (file)
        {
            Assert.Empty(message.Data);
            byte[] entry = new byte[RandomAccess.GetLength(file)];
            Assert.Equal(entry.Length, RandomAccess.Read(file, entry, 0));
            return entry;
        }
    }

    /// <summary>
    /// Parses NAME=value, or NAME, a line break, the length in 64 bits and the value. A line break ends each.
    /// </summary>
    private static List<(string Name, string Value)> Fields(ReadOnlySpan<byte> datagram)
    {
        List<(string, string)> fields = [];
        while (!datagram.IsEmpty)
        {
            int end = datagram.IndexOfAny((byte)'=', (byte)'\n');
            string name = Encoding.UTF8.GetString(datagram[..end]);
            bool framed = datagram[end] == '\n';
            datagram = datagram[(end + 1)..];
            int length = framed ? (int)BinaryPrimitives.ReadInt64LittleEndian(datagram) : datagram.IndexOf((byte)'\n');
            datagram = framed ? datagram[sizeof(long)..] : datagram;
            fields.Add((name, Encoding.UTF8.GetString(datagram[..length])));
            Assert.Equal((byte)'\n', datagram[length]);
            datagram = datagram[(length + 1)..];
        }

        return fields;
    }
}
