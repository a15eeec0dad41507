using System.Runtime.InteropServices;

namespace HookEngine.Linux;

/// <summary>
/// Every system call and C library function the project makes, each with the manual page it follows.
/// All are blittable and suppress the GC transition, so that they also work before the managed runtime is started.
/// None of those marked so may block for long: the garbage collector cannot stop a thread inside one.
/// </summary>
internal static unsafe partial class Libc
{
    // open(2), fcntl(2): values that are the same on every Linux architecture .NET supports, but for O_DIRECTORY and O_NOFOLLOW.
    internal const int O_RDONLY = 0x0;
    internal const int O_WRONLY = 0x1;
    internal const int O_RDWR = 0x2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_NOCTTY = 0x100;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_GETFD = 1;

    // errno(3)
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EISDIR = 21;
    internal const int EAGAIN = 11;
    internal const int EINVAL = 22;
    internal const int EFBIG = 27;
    internal const int EDQUOT = 122;
    internal const int EIO = 5;
    internal const int EPERM = 1;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int EMSGSIZE = 90;
    internal const int ENOBUFS = 105;
    internal const int EOPNOTSUPP = 95;

    // statx(2)
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_SYMLINK_FOLLOW = 0x400;
    private const uint STATX_BASIC_STATS = 0x7ff;

    // flock(2)
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;

    // getauxval(3)
    internal const int AT_EXECFN = 31;

    // access(2)
    internal const int X_OK = 1;

    // fallocate(2)
    internal const int FALLOC_FL_KEEP_SIZE = 1;

    // sigaction(2), signal(7)
    internal const int SIGPIPE = 13;
    internal const int SIGXFSZ = 25;
    internal const int SignalCount = 64;
    internal const nint SIG_DFL = 0;
    internal const nint SIG_IGN = 1;
    internal const int SIG_SETMASK = 2;

    // sigtimedwait(2): siginfo_t, the same on all architectures.
    internal const int SignalInformationSize = 128;

    // socket(2), send(2)
    internal const int AF_UNIX = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int MSG_NOSIGNAL = 0x4000;

    // wait(2): wait for children that send no signal when they end, too.
    internal const int __WALL = 0x40000000;

    // memfd_create(2), fcntl(2): F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE.
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1033;
    private const int AllSeals = 0xF;

    // unix(7)
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;

    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on 64-bit ARM, open(2).</summary>
    internal static int O_DIRECTORY => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>An unnamed temporary file, open(2) O_TMPFILE.</summary>
    internal static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    /// <summary>The number of the calling thread's last error, errno(3).</summary>
    internal static int Errno => *__errno_location();

    /// <summary>
    /// Opens a file; the descriptor is closed on exec and never 0, 1 or 2: where the caller left one of these closed,
    /// the next open would take its place and be mistaken for it.
    /// </summary>
    internal static int Open(byte* path, int flags, uint mode = 0)
    {
        int fd;
        do
        {
            fd = open(path, flags | O_CLOEXEC, mode);
        }
        while (fd < 0 && Errno == EINTR);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    private static int MoveAboveStandard(int fd)
    {
        int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        int error = Errno;
        _ = close(fd);
        *__errno_location() = error;
        return moved;
    }

    /// <summary>Whether a descriptor is open, fcntl(2) F_GETFD.</summary>
    internal static bool IsOpen(int fd) => fcntl(fd, F_GETFD, 0) >= 0;

    /// <summary>A close-on-exec datagram socket above the standard descriptors, socket(2), unix(7).</summary>
    internal static int DatagramSocket()
    {
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    /// <summary>The identity, kind, size and owner of a file, statx(2). False with <see cref="Errno"/> set if there is none.</summary>
    internal static bool Stat(byte* path, out FileStatus status) => StatAt(AT_FDCWD, path, 0, out status);

    /// <summary>As <see cref="Stat"/>, of an open descriptor.</summary>
    internal static bool StatDescriptor(int fd, out FileStatus status)
    {
        byte empty = 0;
        return StatAt(fd, &empty, AT_EMPTY_PATH, out status);
    }

    private static bool StatAt(int directory, byte* path, int flags, out FileStatus status)
    {
        // Offsets in struct statx, which is the same on all architectures, linux/stat.h.
        byte* buffer = stackalloc byte[256];
        if (statx(directory, path, flags, STATX_BASIC_STATS, buffer) != 0)
        {
            status = default;
            return false;
        }

        status = new FileStatus(
            Mode: *(ushort*)(buffer + 28),
            User: *(uint*)(buffer + 20),
            Group: *(uint*)(buffer + 24),
            Size: *(long*)(buffer + 40),
            Inode: *(ulong*)(buffer + 32),
            Device: ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140),
            ModifiedSeconds: *(long*)(buffer + 112),
            ModifiedNanoseconds: *(uint*)(buffer + 120));
        return true;
    }

    /// <summary>read(2), again when a signal interrupts it. The count read, 0 at the end, or -1.</summary>
    internal static nint Read(int fd, byte* buffer, nint count)
    {
        nint n;
        do
        {
            n = read(fd, buffer, count);
        }
        while (n < 0 && Errno == EINTR);
        return n;
    }

    /// <summary>pread(2), again when a signal interrupts it. The count read, 0 at the end, or -1.</summary>
    internal static nint ReadAt(int fd, byte* buffer, nint count, long offset)
    {
        nint n;
        do
        {
            n = pread(fd, buffer, count, offset);
        }
        while (n < 0 && Errno == EINTR);
        return n;
    }

    /// <summary>write(2) until all is written. False with <see cref="Errno"/> set if it cannot be.</summary>
    internal static bool WriteAll(int fd, byte* buffer, nint count)
    {
        while (count > 0)
        {
            nint n = write(fd, buffer, count);
            if (n < 0)
            {
                if (Errno == EINTR)
                {
                    continue;
                }

                return false;
            }

            buffer += n;
            count -= n;
        }

        return true;
    }

    /// <summary>A file in memory with some content that nobody can change any more, memfd_create(2). -1 if there can be none.</summary>
    internal static int SealedMemory(byte* name, byte* content, nint count)
    {
        int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        fd = fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
        if (fd >= 0 && (!WriteAll(fd, content, count) || fcntl(fd, F_ADD_SEALS, AllSeals) != 0))
        {
            _ = close(fd);
            return -1;
        }

        return fd;
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

    /// <summary>
    /// The signals blocked in this thread, all 64, sigprocmask(2). Not glibc's own, which leaves out 32 and 33.
    /// </summary>
    internal static ulong GetSignalMask()
    {
        ulong mask = 0;
        syscall4(Syscalls.RtSigprocmask, SIG_SETMASK, 0, (nint)(&mask), sizeof(ulong));
        return mask;
    }

    /// <summary>Sets what <see cref="GetSignalMask"/> returns.</summary>
    internal static void SetSignalMask(ulong mask) =>
        syscall4(Syscalls.RtSigprocmask, SIG_SETMASK, (nint)(&mask), 0, sizeof(ulong));

    /// <summary>Whether a signal is ignored, sigaction(2), also for the two that glibc keeps for itself.</summary>
    internal static bool IsIgnored(int signal)
    {
        nint* action = stackalloc nint[4];
        return syscall4(Syscalls.RtSigaction, signal, 0, (nint)action, sizeof(ulong)) == 0 && action[0] == SIG_IGN;
    }

    /// <summary>Sets a signal's action to <see cref="SIG_IGN"/> or <see cref="SIG_DFL"/>, sigaction(2).</summary>
    internal static void SetAction(int signal, nint handler)
    {
        nint* action = stackalloc nint[4];
        action[0] = handler;
        action[1] = action[2] = action[3] = 0;
        syscall4(Syscalls.RtSigaction, signal, (nint)action, 0, sizeof(ulong));
    }

    /// <summary>The signals that are blocked and wait to be delivered, sigpending(2).</summary>
    internal static ulong GetPendingSignals()
    {
        ulong pending = 0;
        syscall4(Syscalls.RtSigpending, (nint)(&pending), sizeof(ulong), 0, 0);
        return pending;
    }

    /// <summary>Takes one of the signals that wait to be delivered, sigtimedwait(2). False if none is left.</summary>
    /// <param name="signals">The signals.</param>
    /// <param name="information">Room for <see cref="SignalInformationSize"/> bytes, siginfo_t.</param>
    internal static bool TakePendingSignal(ulong signals, byte* information)
    {
        long* atOnce = stackalloc long[2];
        atOnce[0] = atOnce[1] = 0;
        return syscall4(Syscalls.RtSigtimedwait, (nint)(&signals), (nint)information, (nint)atOnce, sizeof(ulong)) > 0;
    }

    /// <summary>Sends this process a signal as it was taken, rt_sigqueueinfo(2).</summary>
    internal static void SendSignal(byte* information) =>
        syscall4(Syscalls.RtSigqueueinfo, getpid(), *(int*)information, (nint)information, 0);

    /// <summary>fork(2) without a signal to the parent when the child ends, clone(2) with no flags.</summary>
    internal static int ForkSilently() => (int)syscall5(Syscalls.Clone, 0, 0, 0, 0, 0);

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

        internal static nint Clone => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 220 : 56;
    }

    [DllImport("libc"), SuppressGCTransition]
    private static extern int* __errno_location();

    [DllImport("libc"), SuppressGCTransition]
    private static extern byte* strerror_r(int error, byte* buffer, nint length);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int open(byte* path, int flags, uint mode);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int fcntl(int fd, int command, nint argument);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int statx(int directory, byte* path, int flags, uint mask, byte* result);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint read(int fd, byte* buffer, nint count);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint pread(int fd, byte* buffer, nint count, long offset);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint write(int fd, byte* buffer, nint count);

    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint syscall4(nint number, nint a, nint b, nint c, nint d);

    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    private static extern nint syscall5(nint number, nint a, nint b, nint c, nint d, nint e);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int memfd_create(byte* name, uint flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint sendmsg(int socket, nint* message, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int socket(int domain, int type, int protocol);

    /// <summary>close(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int close(int fd);

    /// <summary>pwrite(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint pwrite(int fd, byte* buffer, nint count, long offset);

    /// <summary>truncate(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int ftruncate(int fd, long length);

    /// <summary>fallocate(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fallocate(int fd, int mode, long offset, long length);

    /// <summary>chmod(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fchmod(int fd, uint mode);

    /// <summary>chown(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fchown(int fd, uint user, uint group);

    /// <summary>flock(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int flock(int fd, int operation);

    /// <summary>mkdir(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int mkdir(byte* path, uint mode);

    /// <summary>rename(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int rename(byte* from, byte* to);

    /// <summary>link(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    /// <summary>unlink(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int unlink(byte* path);

    /// <summary>realpath(3); the result is freed with <see cref="free"/>.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern byte* realpath(byte* path, byte* resolved);

    /// <summary>free(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern void free(void* memory);

    /// <summary>access(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int access(byte* path, int mode);

    /// <summary>listxattr(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint flistxattr(int fd, byte* list, nint size);

    /// <summary>getxattr(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint fgetxattr(int fd, byte* name, byte* value, nint size);

    /// <summary>setxattr(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fsetxattr(int fd, byte* name, byte* value, nint size, int flags);

    /// <summary>opendir(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern void* opendir(byte* path);

    /// <summary>readdir(3): struct dirent with the name at byte 19, null at the end.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern byte* readdir(void* directory);

    /// <summary>closedir(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int closedir(void* directory);

    /// <summary>send(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint sendto(int fd, byte* message, nint length, int flags, byte* address, uint addressLength);

    /// <summary>geteuid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern uint geteuid();

    /// <summary>getpid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int getpid();

    /// <summary>setsid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int setsid();

    /// <summary>wait(2)</summary>
    [DllImport("libc")]
    internal static extern int waitpid(int pid, int* status, int options);

    /// <summary>usleep(3), in microseconds</summary>
    [DllImport("libc")]
    internal static extern int usleep(uint microseconds);

    /// <summary>execve(2); returns only on failure.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int execve(byte* path, byte** arguments, byte** environment);

    /// <summary>getauxval(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint getauxval(nint type);

    /// <summary>_exit(2): no exit handler runs.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern void _exit(int status);
}
