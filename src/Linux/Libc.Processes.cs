using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // getauxval(3)
    internal const int AT_EXECFN = 31;

    // wait(2): wait for children that send no signal when they end, too.
    internal const int WNOHANG = 1;
    internal const int __WALL = 0x40000000;

    // prctl(2)
    private const int PR_SET_PDEATHSIG = 1;
    private const int PR_SET_DUMPABLE = 4;
    private const int PR_SET_CHILD_SUBREAPER = 36;

    // clone(2)
    private const int CLONE_VM = 0x100;
    private const int CLONE_VFORK = 0x4000;
    private const int ChildStack = 16 * 1024;

    // clock_gettime(2)
    private const int CLOCK_MONOTONIC = 1;
    private const int CLOCK_REALTIME_COARSE = 5;

    /// <summary>fork(2) without a signal to the parent when the child ends, clone(2) with no flags.</summary>
    internal static int ForkSilently() => (int)syscall5(Syscalls.Clone, 0, 0, 0, 0, 0);

    /// <summary>
    /// Runs a function in a child that shares this process's memory and holds it up until it executes another program or ends: as vfork(2),
    /// which costs a fraction of fork(2), but on a stack of its own, clone(2).
    /// </summary>
    /// <param name="main">The function. It must not return, throw or allocate.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="signal">What the parent gets when the child ends; 0 for nothing.</param>
    /// <returns>The child's number, or -1.</returns>
    [SkipLocalsInit]
    internal static int RunInChild(delegate*<void*, int> main, void* argument, int signal)
    {
        byte* stack = stackalloc byte[ChildStack];
        return RunInChild(main, argument, signal, stack);
    }

    /// <summary>As the other, for where this process's own stack has no room for the child's.</summary>
    internal static int RunInChildApart(delegate*<void*, int> main, void* argument, int signal)
    {
        byte* stack = Pages(ChildStack);
        return stack == null ? -1 : RunInChild(main, argument, signal, stack);
    }

    private static int RunInChild(delegate*<void*, int> main, void* argument, int signal, byte* stack) =>
        clone(main, stack + ChildStack, CLONE_VM | CLONE_VFORK | signal, argument);

    /// <summary>Orphans among this process's descendants become its children, prctl(2) PR_SET_CHILD_SUBREAPER.</summary>
    internal static void AdoptOrphans() => _ = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    /// <summary>Has this process killed when its parent ends, prctl(2) PR_SET_PDEATHSIG.</summary>
    internal static void DieWithParent() => _ = prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);

    /// <summary>Has the kernel write no core of this process, prctl(2) PR_SET_DUMPABLE.</summary>
    internal static void DumpNoCore() => _ = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);

    /// <summary>A clock that only goes forward, in milliseconds, clock_gettime(2).</summary>
    internal static double Milliseconds()
    {
        // struct timespec: seconds and nanoseconds.
        nint* time = stackalloc nint[2];
        _ = clock_gettime(CLOCK_MONOTONIC, time);
        return (time[0] * 1e3) + (time[1] / 1e6);
    }

    /// <summary>The time by which file systems date changes, seconds and nanoseconds: it goes on in ticks, clock_gettime(2).</summary>
    internal static (long Seconds, long Nanoseconds) TickTime()
    {
        nint* time = stackalloc nint[2];
        _ = clock_gettime(CLOCK_REALTIME_COARSE, time);
        return (time[0], time[1]);
    }

    /// <summary>geteuid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern uint geteuid();

    /// <summary>getpid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int getpid();

    /// <summary>gettid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int gettid();

    /// <summary>setsid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int setsid();

    /// <summary>wait(2)</summary>
    [DllImport("libc")]
    internal static extern int waitpid(int pid, int* status, int options);

    /// <summary>As <see cref="waitpid"/>, for what does not wait, <see cref="WNOHANG"/>. For before the managed runtime is started.</summary>
    [DllImport("libc", EntryPoint = "waitpid"), SuppressGCTransition]
    internal static extern int waitpid_unstopped(int pid, int* status, int options);

    /// <summary>setpgid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int setpgid(int pid, int group);

    /// <summary>getppid(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int getppid();

    /// <summary>usleep(3), in microseconds</summary>
    [DllImport("libc")]
    internal static extern int usleep(uint microseconds);

    /// <summary>execve(2); returns only on failure.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int execve(byte* path, byte** arguments, byte** environment);

    /// <summary>Executes the file that a descriptor is, execveat(2) AT_EMPTY_PATH; returns only on failure.</summary>
    internal static void ExecuteDescriptor(int fd, byte** arguments, byte** environment)
    {
        byte empty = 0;
        _ = syscall5(Syscalls.Execveat, fd, (nint)(&empty), (nint)arguments, (nint)environment, AT_EMPTY_PATH);
    }

    /// <summary>getauxval(3)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern nint getauxval(nint type);

    /// <summary>_exit(2): no exit handler runs.</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern void _exit(int status);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int clone(delegate*<void*, int> main, void* stack, int flags, void* argument);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int prctl(int option, nint a, nint b, nint c, nint d);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int clock_gettime(int clock, nint* time);
}
