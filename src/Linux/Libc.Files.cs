using System.Runtime.InteropServices;

namespace Linux;

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
    internal const int O_PATH = 0x200000;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_GETFD = 1;
    private const int F_SETFD = 2;
    private const int F_SETFL = 4;

    // pipe(7)
    private const int PIPE_BUF = 4096;

    // poll(2)
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;

    // mmap(2): PROT_READ and PROT_WRITE; MAP_PRIVATE and MAP_ANONYMOUS.
    private const int ReadAndWrite = 3;
    private const int PrivateMemory = 0x22;

    // statx(2)
    internal const int AT_FDCWD = -100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const int AT_SYMLINK_FOLLOW = 0x400;
    private const int AT_SYMLINK_NOFOLLOW = 0x100;
    private const uint STATX_BASIC_STATS = 0x7ff;

    // fcntl(2): an open file description's lock, for writing.
    private const int F_OFD_SETLK = 37;
    private const short F_WRLCK = 1;

    // access(2)
    internal const int X_OK = 1;
    internal const int W_OK = 2;
    internal const int R_OK = 4;

    // inotify(7): IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_ONLYDIR.
    private const uint NamesComeAndGo = 0x40 | 0x80 | 0x100 | 0x200 | 0x1000000;

    // fallocate(2)
    internal const int FALLOC_FL_KEEP_SIZE = 1;

    // memfd_create(2), fcntl(2): F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE.
    private const uint MFD_CLOEXEC = 1;
    private const uint MFD_ALLOW_SEALING = 2;
    private const int F_ADD_SEALS = 1033;
    private const int AllSeals = 0xF;

    /// <summary>O_DIRECTORY and O_NOFOLLOW have other values on 64-bit ARM, open(2).</summary>
    internal static int O_DIRECTORY => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    /// <summary>A symbolic link is not followed, open(2).</summary>
    internal static int O_NOFOLLOW => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>An unnamed temporary file, open(2) O_TMPFILE.</summary>
    internal static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    /// <summary>
    /// Opens a file; the descriptor is closed on exec and never 0, 1 or 2: where the caller left one of these closed,
    /// the next open would take its place and be mistaken for it.
    /// </summary>
    internal static int Open(byte* path, int flags, uint mode = 0) => OpenAt(AT_FDCWD, path, flags, mode);

    /// <summary>As <see cref="Open"/>, the path being that from a directory.</summary>
    internal static int OpenAt(int directory, byte* path, int flags, uint mode = 0)
    {
        int fd;
        do
        {
            fd = openat(directory, path, flags | O_CLOEXEC, mode);
        }
        while (fd < 0 && Errno == EINTR);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    internal static int MoveAboveStandard(int fd)
    {
        int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        int error = Errno;
        _ = close(fd);
        *__errno_location() = error;
        return moved;
    }

    /// <summary>
    /// Locks a byte of a file until the last descriptor of this opening is closed, fcntl(2) F_OFD_SETLK; false, with
    /// <see cref="Errno"/>, if somebody else has it.
    /// </summary>
    internal static bool LockByte(int fd, long offset)
    {
        // struct flock, which is the same on all 64-bit architectures: type, whence, start, length, pid.
        byte* wanted = stackalloc byte[32];
        new Span<byte>(wanted, 32).Clear();
        *(short*)wanted = F_WRLCK;
        *(long*)(wanted + 8) = offset;
        *(long*)(wanted + 16) = 1;
        return fcntl(fd, F_OFD_SETLK, (nint)wanted) == 0;
    }

    /// <summary>Whether a descriptor is open, fcntl(2) F_GETFD.</summary>
    internal static bool IsOpen(int fd) => fcntl(fd, F_GETFD, 0) >= 0 || Errno != EBADF;

    /// <summary>
    /// A close-on-exec pipe above the standard descriptors, pipe(2). False with <see cref="Errno"/> set if there can be none.
    /// </summary>
    internal static bool Pipe(out int read, out int write)
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
        {
            read = write = -1;
            return false;
        }

        read = ends[0] <= 2 ? MoveAboveStandard(ends[0]) : ends[0];
        write = ends[1] <= 2 ? MoveAboveStandard(ends[1]) : ends[1];
        return read >= 0 && write >= 0;
    }

    /// <summary>Has a program that this process becomes have the descriptor, too, fcntl(2) FD_CLOEXEC.</summary>
    internal static void KeepOnExec(int fd) => _ = fcntl(fd, F_SETFD, 0);

    /// <summary>
    /// Makes reads and writes return at once, fcntl(2) O_NONBLOCK; for whoever else has the same open file, too.
    /// </summary>
    internal static void DoNotBlock(int fd) => _ = fcntl(fd, F_SETFL, O_NONBLOCK);

    /// <summary>The identity, kind, size and owner of a file, statx(2). False with <see cref="Errno"/> set if there is none.</summary>
    internal static bool Stat(byte* path, out FileStatus status) => StatAt(AT_FDCWD, path, 0, out status);

    /// <summary>As <see cref="Stat"/>, of an open descriptor.</summary>
    internal static bool StatDescriptor(int fd, out FileStatus status)
    {
        byte empty = 0;
        return StatAt(fd, &empty, AT_EMPTY_PATH, out status);
    }

    /// <summary>As <see cref="Stat"/>, of an entry of a directory, and of a symbolic link itself.</summary>
    internal static bool StatEntry(int directory, byte* name, out FileStatus status) =>
        StatAt(directory, name, AT_SYMLINK_NOFOLLOW, out status);

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
            Links: *(uint*)(buffer + 16),
            Size: *(long*)(buffer + 40),
            Inode: *(ulong*)(buffer + 32),
            Device: ((ulong)*(uint*)(buffer + 136) << 32) | *(uint*)(buffer + 140),
            ModifiedSeconds: *(long*)(buffer + 112),
            ModifiedNanoseconds: *(uint*)(buffer + 120))
        {
            DeviceMajor = *(uint*)(buffer + 128),
            DeviceMinor = *(uint*)(buffer + 132),
            ChangedSeconds = *(long*)(buffer + 96),
            ChangedNanoseconds = *(uint*)(buffer + 104),
        };
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

    /// <summary>
    /// write(2) until all is written, but not for longer than it takes others to read: on a pipe, poll(2) tells of room for as much as
    /// <see cref="PIPE_BUF"/>, which is then written without waiting. False if not all could be. Also before the managed runtime is started.
    /// </summary>
    internal static bool WriteWithin(int fd, byte* buffer, nint count, double milliseconds)
    {
        double deadline = Milliseconds() + milliseconds;
        while (count > 0)
        {
            if (!IsReadyWithin(fd, POLLOUT, deadline - Milliseconds()))
            {
                return false;
            }

            nint n = write(fd, buffer, Math.Min(count, PIPE_BUF));
            if (n < 0)
            {
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

    /// <summary>Memory that nobody gives back, zero, mmap(2); null if there is none. Also before the managed runtime is started.</summary>
    internal static byte* Pages(nint length)
    {
        byte* pages = mmap(null, length, ReadAndWrite, PrivateMemory, -1, 0);
        return (nint)pages == -1 ? null : pages;
    }

    /// <summary>Whether a read would not wait, some milliseconds from now at most. For before the managed runtime is started.</summary>
    internal static bool IsReadableWithin(int fd, double milliseconds) => IsReadyWithin(fd, POLLIN, milliseconds);

    /// <summary>poll(2) of entries as <see cref="PollEntry"/> has them.</summary>
    [DllImport("libc")]
    internal static extern int poll(PollEntry* entries, nint count, int milliseconds);

    /// <summary>write(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint write(int fd, byte* buffer, nint count);

    /// <summary>Has a file read from its beginning, lseek(2).</summary>
    internal static void Rewind(int fd) => _ = lseek(fd, 0, 0);

    /// <summary>dup2(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int dup2(int from, int to);

    /// <summary>The path of what a descriptor is open for, proc(5) /proc/self/fd; its length, without a NUL behind it, or -1.</summary>
    internal static nint ReadDescriptorPath(int fd, byte* path, nint size)
    {
        ReadOnlySpan<byte> directory = "/proc/self/fd/"u8;
        byte* link = stackalloc byte[32];
        directory.CopyTo(new Span<byte>(link, 32));
        int length = directory.Length;
        for (int power = 1_000_000_000; power > 0; power /= 10)
        {
            if (fd >= power || power == 1)
            {
                link[length++] = (byte)('0' + (fd / power % 10));
            }
        }

        link[length] = 0;
        return readlink(link, path, size);
    }

    /// <summary>The working directory's path, getcwd(3); null, with errno, if it has none.</summary>
    [DllImport("libc")]
    internal static extern byte* getcwd(byte* path, nint size);

    /// <summary>readlink(2): the text's length, without a NUL behind it, or -1.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint readlink(byte* path, byte* target, nint size);

    /// <summary>As <see cref="readlink"/>, of the link that a descriptor is, with an empty path.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint readlinkat(int link, byte* path, byte* target, nint size);

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

    /// <summary>fsync(2)</summary>
    [DllImport("libc")]
    internal static extern int fsync(int fd);

    /// <summary>chmod(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fchmod(int fd, uint mode);

    /// <summary>chown(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int fchown(int fd, uint user, uint group);

    /// <summary>chdir(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int chdir(byte* path);

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
    internal static extern void* fdopendir(int fd);

    /// <summary>The next name in a directory, readdir(3); null at the end, or, with <see cref="Errno"/> set, if it cannot be read on.</summary>
    internal static byte* NextName(void* directory)
    {
        // In struct dirent, which is the same on all 64-bit architectures.
        const int nameOffset = 19;
        Errno = 0;
        byte* entry = readdir(directory);
        return entry == null ? null : entry + nameOffset;
    }

    /// <summary>
    /// Has the kernel note each name that comes into a directory or goes, inotify(7). The descriptor, or -1 if it cannot.
    /// </summary>
    internal static int WatchNames(byte* directory)
    {
        int fd = inotify_init1(O_CLOEXEC | O_NONBLOCK);
        fd = fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
        if (fd >= 0 && inotify_add_watch(fd, directory, NamesComeAndGo) < 0)
        {
            _ = close(fd);
            return -1;
        }

        return fd;
    }

    /// <summary>closedir(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int closedir(void* directory);

    [DllImport("libc"), SuppressGCTransition]
    private static extern byte* readdir(void* directory);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int inotify_init1(int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int inotify_add_watch(int fd, byte* path, uint mask);

    /// <summary>Waits for a descriptor. Only where there is no other thread, which a collection of garbage would wait for in vain.</summary>
    private static bool IsReadyWithin(int fd, short wanted, double milliseconds)
    {
        var entry = new PollEntry { Descriptor = fd, Wanted = wanted };
        double deadline = Milliseconds() + milliseconds;
        int ready;
        do
        {
            ready = poll_unstopped(&entry, 1, (int)Math.Max(Math.Ceiling(deadline - Milliseconds()), 0));
        }
        while (ready < 0 && Errno == EINTR);
        return ready > 0;
    }

    [DllImport("libc", EntryPoint = "poll"), SuppressGCTransition]
    private static extern int poll_unstopped(PollEntry* entries, nint count, int milliseconds);

    [DllImport("libc"), SuppressGCTransition]
    private static extern byte* mmap(void* address, nint length, int protection, int flags, int fd, nint offset);

    [DllImport("libc"), SuppressGCTransition]
    private static extern long lseek(int fd, long offset, int from);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int openat(int directory, byte* path, int flags, uint mode);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int fcntl(int fd, int command, nint argument);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int statx(int directory, byte* path, int flags, uint mask, byte* result);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint read(int fd, byte* buffer, nint count);

    [DllImport("libc"), SuppressGCTransition]
    private static extern nint pread(int fd, byte* buffer, nint count, long offset);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int pipe2(int* ends, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int memfd_create(byte* name, uint flags);
}
