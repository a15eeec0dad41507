using HookEngine.Linux;

namespace HookEngine.Log;

/// <summary>
/// Where systemd-journald takes entries, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. Nobody waits for it: a journal that is full or gone
/// loses the entry, not the container.
/// </summary>
internal static unsafe class JournalSocket
{
    private const int SocketPathOffset = 2;

    private static ReadOnlySpan<byte> SocketPath => "/run/systemd/journal/socket\0"u8;

    /// <summary>Sends an entry. Whether the journal has taken it.</summary>
    internal static bool Send(ReadOnlySpan<byte> message)
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
