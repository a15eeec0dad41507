namespace SeccompProfiles.Calls;

/// <summary>Groups of system calls by subject, so that people can read lists of calls.</summary>
public static class CallGroups
{
    /// <summary>The group of calls that are in no other group.</summary>
    public const string Other = "other";

    private static readonly Dictionary<string, string> s_groups = Make(
        ("files", """
            read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek open openat openat2 creat close
            close_range dup dup2 dup3 fcntl fcntl64 flock ftruncate ftruncate64 truncate truncate64 fallocate fadvise64 fadvise64_64
            arm_fadvise64_64 fsync fdatasync sync syncfs sync_file_range sync_file_range2 arm_sync_file_range sendfile sendfile64 splice
            tee vmsplice copy_file_range readahead ioctl memfd_create memfd_secret cachestat name_to_handle_at open_by_handle_at
            io_setup io_submit io_getevents io_cancel io_destroy io_pgetevents io_pgetevents_time64 io_uring_setup io_uring_enter
            io_uring_register
            """),
        ("names and attributes", """
            stat lstat fstat stat64 lstat64 fstat64 newfstatat fstatat64 statx oldstat oldlstat oldfstat access faccessat faccessat2
            readlink readlinkat statfs fstatfs statfs64 fstatfs64 ustat getdents getdents64 readdir mkdir mkdirat mknod mknodat rmdir
            unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat chmod fchmod fchmodat fchmodat2 chown fchown lchown
            fchownat chown32 fchown32 lchown32 umask utime utimes utimensat utimensat_time64 futimesat getxattr lgetxattr fgetxattr
            setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr getxattrat setxattrat
            listxattrat removexattrat file_getattr file_setattr chdir fchdir getcwd lookup_dcookie inotify_init inotify_init1
            inotify_add_watch inotify_rm_watch fanotify_init fanotify_mark
            """),
        ("memory", """
            mmap mmap2 munmap mremap mprotect madvise brk mincore msync mlock mlock2 munlock mlockall munlockall remap_file_pages mbind
            get_mempolicy set_mempolicy set_mempolicy_home_node migrate_pages move_pages pkey_alloc pkey_free pkey_mprotect
            process_madvise process_mrelease mseal map_shadow_stack userfaultfd cacheflush
            """),
        ("processes", """
            clone clone3 fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid getppid gettid getpgid getpgrp setpgid
            getsid setsid prctl arch_prctl personality set_tid_address set_thread_area get_thread_area set_tls set_robust_list
            get_robust_list futex futex_time64 futex_waitv futex_wait futex_wake futex_requeue rseq membarrier sched_yield
            sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler sched_setscheduler sched_getattr
            sched_setattr sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64 getpriority
            setpriority nice ioprio_get ioprio_set getrlimit ugetrlimit setrlimit prlimit64 getrusage times getcpu modify_ldt kcmp
            pidfd_open pidfd_getfd unshare setns
            """),
        ("signals and timers", """
            rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_sigqueueinfo
            rt_tgsigqueueinfo sigaltstack sigaction sigprocmask sigreturn sigsuspend sigpending signal sgetmask ssetmask kill tkill
            tgkill pause signalfd signalfd4 pidfd_send_signal restart_syscall nanosleep clock_nanosleep clock_nanosleep_time64 alarm
            getitimer setitimer timer_create timer_delete timer_gettime timer_gettime64 timer_settime timer_settime64 timer_getoverrun
            timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 clock_gettime clock_gettime64
            clock_getres clock_getres_time64 gettimeofday time
            """),
        ("waiting and pipes", """
            poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl epoll_ctl_old
            epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 pipe pipe2
            """),
        ("network", """
            socket socketpair socketcall bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown send
            sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64
            """),
        ("System V and POSIX queues", """
            ipc shmget shmat shmdt shmctl semget semop semctl semtimedop semtimedop_time64 msgget msgsnd msgrcv msgctl mq_open mq_unlink
            mq_notify mq_getsetattr mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64
            """),
        ("users and capabilities", """
            getuid geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32 getresuid getresgid getresuid32 getresgid32 getgroups
            getgroups32 setuid setgid setuid32 setgid32 setreuid setregid setreuid32 setregid32 setresuid setresgid setresuid32
            setresgid32 setfsuid setfsgid setfsuid32 setfsgid32 setgroups setgroups32 capget capset seccomp landlock_create_ruleset
            landlock_add_rule landlock_restrict_self keyctl add_key request_key lsm_get_self_attr lsm_set_self_attr lsm_list_modules
            """),
        ("mounts", """
            mount umount umount2 pivot_root chroot move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick mount_setattr
            statmount listmount listns
            """),
        ("the whole machine", """
            bpf perf_event_open ptrace process_vm_readv process_vm_writev kexec_load kexec_file_load init_module finit_module
            delete_module create_module get_kernel_syms query_module reboot swapon swapoff syslog acct quotactl quotactl_fd settimeofday
            stime clock_settime clock_settime64 clock_adjtime clock_adjtime64 adjtimex sethostname setdomainname iopl ioperm vm86
            vm86old vhangup nfsservctl _sysctl sysfs uprobe uretprobe uname olduname oldolduname sysinfo getrandom uselib
            """));

    /// <summary>What a call lets its caller do, for calls that a container does not usually need.</summary>
    private static readonly Dictionary<string, string> s_risks = new()
    {
        ["acct"] = "writes process accounting",
        ["add_key"] = "keyrings are shared between containers",
        ["bpf"] = "loads programs into the kernel",
        ["chroot"] = "changes the root directory",
        ["clock_adjtime"] = "changes the machine's clock",
        ["clock_settime"] = "changes the machine's clock",
        ["delete_module"] = "unloads parts of the kernel",
        ["fanotify_init"] = "watches files of the whole file system",
        ["finit_module"] = "loads parts of the kernel",
        ["fsconfig"] = "mounts file systems",
        ["fsmount"] = "mounts file systems",
        ["fsopen"] = "mounts file systems",
        ["get_mempolicy"] = "tells the machine's memory nodes",
        ["init_module"] = "loads parts of the kernel",
        ["io_uring_enter"] = "its calls pass by seccomp",
        ["io_uring_register"] = "its calls pass by seccomp",
        ["io_uring_setup"] = "its calls pass by seccomp",
        ["ioperm"] = "reaches the machine's ports",
        ["iopl"] = "reaches the machine's ports",
        ["kcmp"] = "looks into other processes",
        ["kexec_file_load"] = "boots another kernel",
        ["kexec_load"] = "boots another kernel",
        ["keyctl"] = "keyrings are shared between containers",
        ["mount"] = "mounts file systems",
        ["mount_setattr"] = "changes mounts",
        ["move_mount"] = "mounts file systems",
        ["name_to_handle_at"] = "with open_by_handle_at leaves the container's files",
        ["open_by_handle_at"] = "opens files outside of the container",
        ["open_tree"] = "mounts file systems",
        ["perf_event_open"] = "watches the whole machine",
        ["personality"] = "switches protections of memory off",
        ["pidfd_getfd"] = "takes other processes' files",
        ["pivot_root"] = "changes the root directory",
        ["process_vm_readv"] = "reads other processes' memory",
        ["process_vm_writev"] = "writes other processes' memory",
        ["ptrace"] = "controls other processes",
        ["quotactl"] = "changes quotas of disks",
        ["reboot"] = "stops the machine",
        ["request_key"] = "keyrings are shared between containers",
        ["setns"] = "enters namespaces of others",
        ["settimeofday"] = "changes the machine's clock",
        ["swapoff"] = "changes the machine's swap space",
        ["swapon"] = "changes the machine's swap space",
        ["syslog"] = "reads the kernel's log",
        ["umount2"] = "takes mounts away",
        ["unshare"] = "makes namespaces, in which much more of the kernel can be reached",
        ["userfaultfd"] = "holds the kernel up at chosen places",
    };

    /// <summary>The groups, in the order to show them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_groups.Values.Distinct(), Other];

    /// <summary>Returns the group of a call.</summary>
    public static string Of(string name) => s_groups.GetValueOrDefault(name, Other);

    /// <summary>Returns what a call can do that a container does not usually need; null for other calls.</summary>
    public static string? RiskOf(string name) => s_risks.GetValueOrDefault(name);

    private static Dictionary<string, string> Make(params (string Group, string Names)[] groups) =>
        groups.SelectMany(group => CallSiblings.Words(group.Names), (group, name) => (name, group.Group)).ToDictionary();
}
