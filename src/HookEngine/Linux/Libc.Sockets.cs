using System.Runtime.InteropServices;

namespace HookEngine.Linux;

internal static unsafe partial class Libc
{
    // socket(2), send(2)
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;

    // unix(7)
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int LocalAddressSize = 110;

    /// <summary>A close-on-exec datagram socket above the standard descriptors, socket(2), unix(7).</summary>
    internal static int DatagramSocket()
    {
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    /// <summary>Sends a descriptor, and nothing else, to a datagram socket's address: sendmsg(2), cmsg(3), unix(7).</summary>
    internal static bool SendDescriptor(int socket, int descriptor, byte* address, uint addressLength)
    {
        // struct cmsghdr is the length, as wide as a pointer, the level and the type; the data follows, filled up to a pointer's width.
        nint* control = stackalloc nint[3];
        control[0] = 16 + sizeof(int);
        ((int*)control)[2] = SOL_SOCKET;
        ((int*)control)[3] = SCM_RIGHTS;
        control[2] = descriptor;

        // struct msghdr: name, its length, vectors, their count, control, its length, flags.
        nint* message = stackalloc nint[7];
        message[0] = (nint)address;
        message[1] = (nint)addressLength;
        message[2] = 0;
        message[3] = 0;
        message[4] = (nint)control;
        message[5] = 24;
        message[6] = 0;
        return sendmsg(socket, message, MSG_NOSIGNAL) >= 0;
    }

    /// <summary>A close-on-exec stream socket above the standard descriptors, socket(2), unix(7).</summary>
    internal static int StreamSocket()
    {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    /// <summary>
    /// Has a socket be there under a path for others to connect to, bind(2), listen(2). False with <see cref="Errno"/> set.
    /// </summary>
    internal static bool Listen(int socket, FilePath path)
    {
        const int MostWaiting = 64;
        byte* address = stackalloc byte[LocalAddressSize];
        return FillAddress(address, path) && bind(socket, address, LocalAddressSize) == 0 && listen(socket, MostWaiting) == 0;
    }

    /// <summary>Connects a socket to one that is there under a path, connect(2). False with <see cref="Errno"/> set.</summary>
    internal static bool Connect(int socket, FilePath path)
    {
        byte* address = stackalloc byte[LocalAddressSize];
        return FillAddress(address, path) && connect(socket, address, LocalAddressSize) == 0;
    }

    /// <summary>The next connection to a socket, close-on-exec and above the standard descriptors, accept(2).</summary>
    internal static int Accept(int socket)
    {
        int fd = accept4(socket, null, null, SOCK_CLOEXEC);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    /// <summary>Receives what is there, and the descriptor that came with it, recvmsg(2), cmsg(3), unix(7).</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Room for it.</param>
    /// <param name="size">How much.</param>
    /// <param name="descriptor">The descriptor, close-on-exec; -1 if none came.</param>
    /// <returns>How many bytes; 0 at the end, below 0 with <see cref="Errno"/> set.</returns>
    internal static nint ReceiveWithDescriptor(int socket, byte* buffer, nint size, out int descriptor)
    {
        nint* vector = stackalloc nint[2];
        vector[0] = (nint)buffer;
        vector[1] = size;
        nint* control = stackalloc nint[3];
        control[0] = 0;

        // struct msghdr, as above.
        nint* message = stackalloc nint[7];
        message[0] = 0;
        message[1] = 0;
        message[2] = (nint)vector;
        message[3] = 1;
        message[4] = (nint)control;
        message[5] = 24;
        message[6] = 0;
        nint count = recvmsg(socket, message, MSG_CMSG_CLOEXEC);
        bool hasDescriptor = count >= 0 && message[5] >= 16 + sizeof(int) && ((int*)control)[2] == SOL_SOCKET
            && ((int*)control)[3] == SCM_RIGHTS;
        descriptor = hasDescriptor ? *(int*)(control + 2) : -1;
        return count;
    }

    /// <summary>struct sockaddr_un of unix(7). False if the path is longer than such addresses.</summary>
    private static bool FillAddress(byte* address, FilePath path)
    {
        const int FamilySize = 2;
        const int ENAMETOOLONG = 36;
        ReadOnlySpan<byte> name = path.Terminated;
        if (name.Length > LocalAddressSize - FamilySize)
        {
            Errno = ENAMETOOLONG;
            return false;
        }

        var whole = new Span<byte>(address, LocalAddressSize);
        whole.Clear();
        *(ushort*)address = AF_UNIX;
        name.CopyTo(whole[FamilySize..]);
        return true;
    }

    /// <summary>send(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint sendto(int fd, byte* message, nint length, int flags, byte* address, uint addressLength);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint sendmsg(int socket, nint* message, int flags);

    [DllImport("libc")]
    private static extern nint recvmsg(int socket, nint* message, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int socket(int domain, int type, int protocol);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int bind(int socket, byte* address, uint length);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int listen(int socket, int backlog);

    [DllImport("libc")]
    private static extern int connect(int socket, byte* address, uint length);

    [DllImport("libc")]
    private static extern int accept4(int socket, byte* address, uint* length, int flags);
}
