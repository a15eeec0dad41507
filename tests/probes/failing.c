/*
 * failing: starts a program some of whose system calls fail.
 *
 *     failing getdents64|inotify_init1|pipe2 ERRNO PROGRAM ARG..
 *
 * becomes PROGRAM, after a seccomp filter that has the call fail with that number. Exit code of its own: 70.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FAILED = 70 };

static int number(const char *name)
{
    static const struct { const char *name; int number; } calls[] = {
        { "getdents64", SYS_getdents64 },
        { "inotify_init1", SYS_inotify_init1 },
        { "pipe2", SYS_pipe2 },
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcmp(name, calls[i].name) == 0)
            return calls[i].number;

    return -1;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return FAILED;

    int call = number(argv[1]);
    if (call < 0)
        return FAILED;

    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned) call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned) atoi(argv[2])),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = { sizeof code / sizeof *code, code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        return FAILED;

    execv(argv[3], argv + 3);
    return FAILED;
}
