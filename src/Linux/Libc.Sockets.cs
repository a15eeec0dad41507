using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // socket(2), send(2)
    internal const int AF_UNIX = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_NOSIGNAL = 0x4000;

    // unix(7)
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;

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

    /// <summary>send(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint sendto(int fd, byte* message, nint length, int flags, byte* address, uint addressLength);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint sendmsg(int socket, nint* message, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int socket(int domain, int type, int protocol);
}
