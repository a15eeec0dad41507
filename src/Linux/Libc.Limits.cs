using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // getrlimit(2): the same on all architectures .NET supports.
    internal const int RLIMIT_DATA = 2;
    internal const int RLIMIT_STACK = 3;
    internal const int RLIMIT_NOFILE = 7;
    internal const int RLIMIT_AS = 9;

    /// <summary>One of this process's limits, getrlimit(2). False if it cannot be had.</summary>
    internal static bool GetLimit(int resource, out ResourceLimit limit)
    {
        fixed (ResourceLimit* old = &limit)
        {
            return prlimit(0, resource, null, old) == 0;
        }
    }

    /// <summary>Sets one of this process's limits, setrlimit(2). False if it may not.</summary>
    internal static bool SetLimit(int resource, ResourceLimit limit) => prlimit(0, resource, &limit, null) == 0;

    [DllImport("libc"), SuppressGCTransition]
    private static extern int prlimit(int pid, int resource, ResourceLimit* wanted, ResourceLimit* old);
}

/// <summary>struct rlimit, getrlimit(2): the limit in force, and what it may be raised to.</summary>
internal struct ResourceLimit
{
    internal ulong Soft;
    internal ulong Hard;
}
