namespace SeccompProfiles.Calls;

/// <summary>
/// Calls that replace one another. A C library, a machine under load or another kernel may make one call where the recorded run made the
/// other.
/// </summary>
public static class CallSiblings
{
    private static readonly string[][] s_families =
    [
        Words("""
            rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_sigqueueinfo
            rt_tgsigqueueinfo sigaltstack kill tkill tgkill pause wait4 waitid waitpid signalfd signalfd4 sigaction sigprocmask
            sigreturn sigsuspend sigpending signal pidfd_open pidfd_send_signal
            """),
        Words("nanosleep clock_nanosleep clock_nanosleep_time64"),
        Words("poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64"),
        Words("epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2"),
        Words("mmap mmap2 munmap mremap mprotect madvise brk mincore msync"),
        Words("""
            futex futex_time64 futex_waitv set_robust_list get_robust_list set_tid_address gettid sched_yield sched_getaffinity rseq
            membarrier arch_prctl set_thread_area set_tls
            """),
        Words("clone clone3 fork vfork"),
        Words("read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek"),
        Words("open openat openat2 creat close close_range"),
        Words("""
            stat lstat fstat stat64 lstat64 fstat64 newfstatat fstatat64 statx access faccessat faccessat2 readlink readlinkat statfs
            fstatfs statfs64 fstatfs64
            """),
        Words("getdents getdents64"),
        Words("dup dup2 dup3 fcntl fcntl64"),
        Words("pipe pipe2"),
        Words("accept accept4"),
        Words("recv recvfrom recvmsg recvmmsg recvmmsg_time64"),
        Words("send sendto sendmsg sendmmsg"),
        Words("getrlimit ugetrlimit setrlimit prlimit64"),
        Words("eventfd eventfd2"),
        Words("inotify_init inotify_init1"),
        Words("unlink unlinkat rmdir"),
        Words("rename renameat renameat2"),
        Words("mkdir mkdirat"),
        Words("chmod fchmod fchmodat fchmodat2"),
        Words("chown fchown lchown fchownat chown32 fchown32 lchown32"),
        Words("getuid geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32"),
    ];

    /// <summary>Returns the names, and all siblings of each of them.</summary>
    public static ISet<string> Complete(IEnumerable<string> names)
    {
        var complete = new SortedSet<string>(names, StringComparer.Ordinal);
        foreach (string[] family in s_families)
        {
            if (complete.Overlaps(family))
            {
                complete.UnionWith(family);
            }
        }

        return complete;
    }

    internal static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
