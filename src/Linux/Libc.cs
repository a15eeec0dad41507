using System.Runtime.InteropServices;

namespace Linux;

/// <summary>
/// Every system call and C library function the project makes, each with the manual page it follows.
/// All are blittable, and those that do not wait suppress the GC transition, so that they also work before the managed runtime is
/// started. None of those marked so may block for long: the garbage collector cannot stop a thread inside one.
/// </summary>
internal static unsafe partial class Libc
{
    // errno(3)
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EISDIR = 21;
    internal const int EAGAIN = 11;
    internal const int EINVAL = 22;
    internal const int ENOMEM = 12;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int EFBIG = 27;
    internal const int EDQUOT = 122;
    internal const int EIO = 5;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int EPERM = 1;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int EMSGSIZE = 90;
    internal const int ESTALE = 116;
    internal const int ELOOP = 40;
    internal const int ENOBUFS = 105;
    internal const int EOPNOTSUPP = 95;
    internal const int ENODATA = 61;
    internal const int ENOTDIR = 20;
    internal const int ENAMETOOLONG = 36;
    internal const int ETIMEDOUT = 110;

    /// <summary>The number of the calling thread's last error, errno(3).</summary>
    internal static int Errno
    {
        get => *__errno_location();
        set => *__errno_location() = value;
    }

    /// <summary>The words for an error, strerror(3), in lower case as messages have it.</summary>
    internal static string ErrorText(int error)
    {
        byte* buffer = stackalloc byte[128];
        string text = Marshal.PtrToStringUTF8((nint)strerror_r(error, buffer, 128)) ?? "unknown error";
        return char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>The few numbers that differ by architecture, syscalls(2).</summary>
    private static class Syscalls
    {
        internal static nint RtSigaction => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 134 : 13;

        internal static nint RtSigprocmask => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 135 : 14;

        internal static nint RtSigpending => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 136 : 127;

        internal static nint RtSigtimedwait => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 137 : 128;

        internal static nint RtSigqueueinfo => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 138 : 129;

        internal static nint Execveat => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 281 : 322;

        internal static nint Clone => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 220 : 56;
    }

    [DllImport("libc"), SuppressGCTransition]
    private static extern int* __errno_location();

    [DllImport("libc"), SuppressGCTransition]
    private static extern byte* strerror_r(int error, byte* buffer, nint length);

    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint syscall4(nint number, nint a, nint b, nint c, nint d);

    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint syscall5(nint number, nint a, nint b, nint c, nint d, nint e);
}
