using System.Runtime;
using System.Runtime.InteropServices;

namespace RuncWrap;

/// <summary>
/// Takes the place of functions of the managed runtime (the linker's --wrap): what a process that lives for a millisecond has no use
/// for. Where a later runtime has no such function, it does what it always did, and all else works as before.
/// </summary>
internal static unsafe class RuntimeSubstitutes
{
    /// <summary>Starts the second thread. Nothing here needs finalizing, and execve would wait for the thread to end.</summary>
    [RuntimeExport("__wrap_PalStartFinalizerThread")]
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

    /// <summary>Counts the memory nodes of the machine.</summary>
    [RuntimeExport("__wrap__Z21NUMASupportInitializev")]
    private static void FindNoMemoryNodes()
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

    [DllImport("__Internal"), SuppressGCTransition]
    private static extern int __real_sched_getaffinity(int pid, nint size, byte* processors);
}
