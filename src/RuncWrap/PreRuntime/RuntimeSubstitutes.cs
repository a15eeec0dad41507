using System.Runtime;
using System.Runtime.InteropServices;
using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>
/// Takes the place of functions of the managed runtime (the linker's --wrap): what a process that lives for a millisecond has no use
/// for. The build looks whether they are called, scripts/check-substitutes.sh.
/// </summary>
internal static unsafe class RuntimeSubstitutes
{
    /// <summary>A stack without a limit counts as one of this size, in bytes: the usual limit, and the most that is promised.</summary>
    private const ulong UsualStackSize = 8 << 20;

    /// <summary>Starts the second thread. Nothing here needs finalizing, and execve would wait for the thread to end.</summary>
    [RuntimeExport("__wrap__Z23PalStartFinalizerThreadPFjPvES_")]
    private static byte StartNoFinalizerThread(void* start, void* context) => 1;

    /// <summary>
    /// Looks for the memory limit of the cgroup, through /proc/self/mountinfo, which has a line for each container of the machine. The
    /// heap has a limit of its own.
    /// </summary>
    [RuntimeExport("__wrap__Z16InitializeCGroupv")]
    private static void FindNoMemoryCGroup()
    {
    }

    /// <summary>Looks for the processor limit of the cgroup in the same way. One thread has no use for it.</summary>
    [RuntimeExport("__wrap__Z19InitializeCpuCGroupv")]
    private static void FindNoCpuCGroup()
    {
    }

    /// <summary>
    /// Tells which processors this process may run on, sched_getaffinity(2). The managed runtime divides by their number; a seccomp filter
    /// may refuse to tell it.
    /// </summary>
    [RuntimeExport("__wrap_sched_getaffinity")]
    private static int FindProcessors(int pid, nint size, byte* processors)
    {
        var found = new Span<byte>(processors, (int)size);
        if (__real_sched_getaffinity(pid, size, processors) < 0 || found.IndexOfAnyExcept((byte)0) < 0)
        {
            found.Clear();
            found[0] = 1;
        }

        return 0;
    }

    /// <summary>
    /// Tells where a thread's stack is, pthread_getattr_np(3). For the first thread the C library reads /proc/self/maps. All frames are below
    /// the program's arguments, and the kernel lets the stack grow down to the limit.
    /// </summary>
    [RuntimeExport("__wrap_pthread_getattr_np")]
    private static int FindStack(nint thread, void* attributes)
    {
        if (Libc.gettid() != Libc.getpid() || !Libc.GetLimit(Libc.RLIMIT_STACK, out ResourceLimit limit))
        {
            return __real_pthread_getattr_np(thread, attributes);
        }

        nuint end = (nuint)NativeEntry.StackEnd;
        nuint size = (nuint)Math.Min(limit.Soft, UsualStackSize);
        int error = pthread_attr_init(attributes);
        return error != 0 ? error : pthread_attr_setstack(attributes, (void*)(end - size), size);
    }

    /// <summary>Tells on descriptor 2 that the runtime ends. EarlyReport tells it better, and descriptor 2 may be anything.</summary>
    [RuntimeExport("__wrap__Z18PalPrintFatalErrorPKc")]
    private static void WriteNothing(byte* message)
    {
    }

    [DllImport("__Internal"), SuppressGCTransition]
    private static extern int __real_sched_getaffinity(int pid, nint size, byte* processors);

    [DllImport("__Internal"), SuppressGCTransition]
    private static extern int __real_pthread_getattr_np(nint thread, void* attributes);

    // pthread_attr_init(3), pthread_attr_setstack(3)
    [DllImport("libc"), SuppressGCTransition]
    private static extern int pthread_attr_init(void* attributes);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int pthread_attr_setstack(void* attributes, void* stack, nuint size);
}
