/*
 * at-listing: starts a program, and replaces a file of a directory right after the program has opened the directory to list it.
 *
 *     at-listing DIRECTORY FROM TO PROGRAM ARG..
 *
 * When PROGRAM opens "." for the first time and that is DIRECTORY, it is stopped, FROM is renamed to TO, and it goes on when the kernel's
 * clock has ticked: its next change has another time. Nothing of it is traced after that. Exit code: PROGRAM's, or 70 if there was no such
 * moment.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FAILED = 70 };

static int is_listing(pid_t program, const struct __ptrace_syscall_info *entry, long descriptor, const char *directory)
{
    char name[2] = "", link[64], path[PATH_MAX];
    struct iovec here = { name, sizeof name }, there = { (void *) (size_t) entry->entry.args[1], sizeof name };
    if (entry->entry.nr != SYS_openat || process_vm_readv(program, &here, 1, &there, 1, 0) != sizeof name || strcmp(name, ".") != 0)
        return 0;

    snprintf(link, sizeof link, "/proc/%d/fd/%ld", program, descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return strcmp(path, directory) == 0;
}

static int replace(const char *directory, const char *from, const char *to)
{
    struct stat status;
    struct timespec now;
    if (rename(from, to) != 0 || stat(directory, &status) != 0)
        return -1;

    do
        clock_gettime(CLOCK_REALTIME_COARSE, &now);
    while (now.tv_sec < status.st_ctim.tv_sec
        || (now.tv_sec == status.st_ctim.tv_sec && now.tv_nsec <= status.st_ctim.tv_nsec));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return FAILED;

    pid_t program = fork();
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(argv[4], argv + 4);
        _exit(FAILED);
    }

    int status, replaced = 0, signal = 0;
    struct __ptrace_syscall_info call, entry = { 0 };
    if (program < 0 || waitpid(program, &status, 0) != program || ptrace(PTRACE_SETOPTIONS, program, 0, PTRACE_O_TRACESYSGOOD) != 0)
        return FAILED;

    while (!replaced && ptrace(PTRACE_SYSCALL, program, 0, signal) == 0 && waitpid(program, &status, 0) == program && WIFSTOPPED(status)) {
        signal = 0;
        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
            signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        } else if (ptrace(PTRACE_GET_SYSCALL_INFO, program, sizeof call, &call) > 0) {
            if (call.op == PTRACE_SYSCALL_INFO_ENTRY)
                entry = call;
            else if (is_listing(program, &entry, (long) call.exit.rval, argv[1]))
                replaced = replace(argv[1], argv[2], argv[3]) == 0 && ptrace(PTRACE_DETACH, program, 0, 0) == 0;
        }
    }

    if (replaced && waitpid(program, &status, 0) != program)
        return FAILED;

    return replaced && WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
