using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // mount(2)
    internal const nuint MS_NOSUID = 2;
    internal const nuint MS_NODEV = 4;
    internal const nuint MS_NOEXEC = 8;

    // umount(2)
    internal const int MNT_DETACH = 2;

    // mmap(2)
    private const int RLIMIT_MEMLOCK = 8;
    private const int SharedMemory = 1;

    // statfs(2): struct statfs begins with the file system's type; linux/magic.h.
    private const uint BPF_FS_MAGIC = 0xcafe4a11;
    private const int StatFsSize = 256;

    private static nint BpfNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;

    /// <summary>bpf(2), with one of the structures of union bpf_attr. A descriptor or 0, or -1 with <see cref="Errno"/> set.</summary>
    internal static int Bpf(int command, void* attributes, int size) => (int)syscall4(BpfNumber, command, (nint)attributes, size, 0);

    /// <summary>Sets the calling thread's last error, errno(3).</summary>
    internal static void SetErrno(int error) => *__errno_location() = error;

    /// <summary>
    /// An open file as memory that is shared with whoever else has it, until the process ends, mmap(2); null if it cannot be.
    /// </summary>
    internal static byte* Map(int fd, nint length)
    {
        byte* memory = mmap(null, length, ReadAndWrite, SharedMemory, fd, 0);
        return (nint)memory == -1 ? null : memory;
    }

    /// <summary>Whether a directory is of a file system of eBPF objects, statfs(2).</summary>
    internal static bool IsBpfFileSystem(byte* path)
    {
        byte* status = stackalloc byte[StatFsSize];
        return statfs(path, status) == 0 && (uint)*(nint*)status == BPF_FS_MAGIC;
    }

    /// <summary>
    /// Lets this process have as much memory of eBPF maps as it wants, as far as it may: before Linux 5.11 it counts as locked, setrlimit(2).
    /// </summary>
    internal static void LiftMemoryLockLimit()
    {
        ulong* limits = stackalloc ulong[2] { ulong.MaxValue, ulong.MaxValue };
        _ = setrlimit(RLIMIT_MEMLOCK, limits);
    }

    [DllImport("libc"), SuppressGCTransition]
    private static extern int setrlimit(int resource, ulong* limits);

    /// <summary>mount(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int mount(byte* source, byte* target, byte* type, nuint flags, void* data);

    /// <summary>umount(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int umount2(byte* target, int flags);

    /// <summary>rmdir(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int rmdir(byte* path);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int statfs(byte* path, byte* status);
}
