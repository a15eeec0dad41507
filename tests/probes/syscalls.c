/*
 * syscalls: counts what a program does before it becomes another one.
 *
 *     syscalls OUT PROGRAM ARG..
 *
 * Runs PROGRAM under ptrace, its threads and children too, and writes to OUT one `name=count` line for each system call
 * made between its start and its own next successful execve (or its end), with `total` and `other` (the calls this
 * program has no name for). What it became is then left to run untraced. Exits as it did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct { long number; const char *name; } names[] = {
#ifdef SYS_fork
    { SYS_fork, "fork" }, { SYS_vfork, "vfork" },
#endif
#ifdef SYS_open
    { SYS_open, "open" }, { SYS_readlink, "readlink" }, { SYS_stat, "stat" }, { SYS_access, "access" },
#endif
#ifdef SYS_arch_prctl
    { SYS_arch_prctl, "arch_prctl" },
#endif
    { SYS_clone, "clone" }, { SYS_clone3, "clone3" }, { SYS_execve, "execve" }, { SYS_mmap, "mmap" },
    { SYS_munmap, "munmap" }, { SYS_mprotect, "mprotect" }, { SYS_madvise, "madvise" }, { SYS_brk, "brk" },
    { SYS_openat, "openat" }, { SYS_read, "read" }, { SYS_pread64, "pread64" }, { SYS_write, "write" },
    { SYS_close, "close" }, { SYS_fstat, "fstat" }, { SYS_newfstatat, "newfstatat" }, { SYS_lseek, "lseek" },
    { SYS_fcntl, "fcntl" }, { SYS_ioctl, "ioctl" }, { SYS_futex, "futex" }, { SYS_getrandom, "getrandom" },
    { SYS_rt_sigaction, "rt_sigaction" }, { SYS_rt_sigprocmask, "rt_sigprocmask" }, { SYS_prlimit64, "prlimit64" },
    { SYS_readlinkat, "readlinkat" }, { SYS_set_tid_address, "set_tid_address" }, { SYS_rseq, "rseq" },
    { SYS_set_robust_list, "set_robust_list" }, { SYS_sched_getaffinity, "sched_getaffinity" },
    { SYS_membarrier, "membarrier" }, { SYS_sysinfo, "sysinfo" }, { SYS_exit_group, "exit_group" },
};

enum { NAMES = sizeof names / sizeof *names };

static long counts[NAMES], other, total;

static void add(long number)
{
    total++;
    for (int i = 0; i < NAMES; i++)
        if (names[i].number == number) {
            counts[i]++;
            return;
        }
    other++;
}

static int save(const char *path)
{
    FILE *out = fopen(path, "we");
    if (!out)
        return -1;
    for (int i = 0; i < NAMES; i++)
        fprintf(out, "%s=%ld\n", names[i].name, counts[i]);
    fprintf(out, "other=%ld\ntotal=%ld\n", other, total);
    return fclose(out);
}

int main(int argc, char **argv, char **envp)
{
    if (argc < 3) {
        fputs("usage: syscalls OUT PROGRAM ARG..\n", stderr);
        return 64;
    }

    pid_t child = fork();
    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execve(argv[2], argv + 2, envp);
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        perror("syscalls");
        return 70;
    }
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE
        | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL);
    ptrace(PTRACE_SYSCALL, child, 0, 0);

    int started = 0, saved = 0;
    for (;;) {
        pid_t who = waitpid(-1, &status, __WALL);
        if (who < 0)
            return 70;
        if (!WIFSTOPPED(status)) {
            if (who != child)
                continue;
            if (!saved && save(argv[1]) != 0)
                return 70;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }

        int signal = WSTOPSIG(status), event = status >> 16;
        if (signal == (SIGTRAP | 0x80)) {
            struct __ptrace_syscall_info info;
            ptrace(PTRACE_GET_SYSCALL_INFO, who, sizeof info, &info);
            if (started && info.op == PTRACE_SYSCALL_INFO_ENTRY)
                add((long)info.entry.nr);
            signal = 0;
        } else if (event == PTRACE_EVENT_EXEC) {
            /* The first is PROGRAM's own, the second is what it was started for. */
            if (who == child && started++) {
                saved = 1;
                if (save(argv[1]) != 0)
                    return 70;
                ptrace(PTRACE_DETACH, who, 0, 0);
                continue;
            }
            signal = 0;
        } else if (event != 0 || (signal == SIGSTOP && who != child)) {
            signal = 0; /* a new thread or child reporting in */
        }
        ptrace(PTRACE_SYSCALL, who, 0, signal);
    }
}
