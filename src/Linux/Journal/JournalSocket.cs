namespace Linux.Journal;

/// <summary>
/// Where systemd-journald takes entries, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. Nobody waits for it: a journal that is full or gone
/// loses the entry, not the container.
/// </summary>
internal static unsafe class JournalSocket
{
    /// <summary>The system's journal. One of a namespace, systemd.exec(5) LogNamespace=, is in <c>/run/systemd/journal.NAMESPACE</c>.</summary>
    internal const string SystemPath = "/run/systemd/journal/socket";

    /// <summary>The most bytes that a socket's path has, unix(7): the address holds 108, of which the last is a NUL.</summary>
    internal const int MaxPathLength = 107;

    private const int SocketPathOffset = 2;

    /// <summary>Sends an entry to the system's journal. Whether it has taken it; if not, <see cref="Libc.Errno"/> says why.</summary>
    internal static bool Send(ReadOnlySpan<byte> message) => Send(message, "/run/systemd/journal/socket"u8);

    /// <summary>Sends an entry. Whether the journal has taken it; if not, <see cref="Libc.Errno"/> says why.</summary>
    /// <param name="message">The entry.</param>
    /// <param name="path">The journal's socket, of no more than <see cref="MaxPathLength"/> bytes.</param>
    internal static bool Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> path)
    {
        int socket = Libc.DatagramSocket();
        if (socket < 0)
        {
            return false;
        }

        // struct sockaddr_un, unix(7): the family in the machine's byte order, then the path and a NUL.
        byte* address = stackalloc byte[SocketPathOffset + MaxPathLength + 1];
        *(ushort*)address = Libc.AF_UNIX;
        path.CopyTo(new Span<byte>(address + SocketPathOffset, MaxPathLength));
        address[SocketPathOffset + path.Length] = 0;
        uint addressLength = (uint)(SocketPathOffset + path.Length + 1);
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
        fixed (byte* name = "journal entry"u8)
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
