using System.Runtime.InteropServices;

namespace HookEngine.Linux;

internal static unsafe partial class Libc
{
    // seccomp_unotify(2), linux/seccomp.h
    private const nuint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
    private const nuint SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
    private const nuint SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
    private const nuint SECCOMP_IOCTL_NOTIF_SET_FLAGS = 0x40082104;
    private const nuint SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
    private const long SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1L << 32;

    /// <summary>Takes a call that waits. False with <see cref="Errno"/> set if it is gone.</summary>
    internal static bool ReceiveNotification(int fd, out CallNotification notification)
    {
        CallNotification received = default;
        bool isReceived = ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &received) == 0;
        notification = received;
        return isReceived;
    }

    /// <summary>Lets a call that waits be made as it is.</summary>
    internal static void ContinueCall(int fd, ulong id)
    {
        // struct seccomp_notif_resp: the call, the result, the error and the flags, the latter two of 32 bits.
        long* answer = stackalloc long[3];
        answer[0] = (long)id;
        answer[1] = 0;
        answer[2] = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        _ = ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, answer);
    }

    /// <summary>Whether a call still waits, so that what was read of its process since was read of it and no other.</summary>
    internal static bool IsWaiting(int fd, ulong id) => ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;

    /// <summary>Has caller and answerer take turns on one CPU, which is faster; since Linux 6.6, and nothing before.</summary>
    internal static void WakeInTurns(int fd) => _ = ioctl(fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS, (void*)SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);

    [DllImport("libc")]
    private static extern int ioctl(int fd, nuint request, void* argument);
}
