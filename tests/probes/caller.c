// Makes system calls by number, one after another, each with no arguments, and prints nothing. Usage: caller [ABI:]NUMBER.. where ABI is
// 64 (the program's own, the default), 32 (int 0x80 on x86) or x32. "unshare" goes into a mount namespace of its own first, "clone" starts
// processes with namespaces of their own by clone and by clone3, "filter" puts one more seccomp filter on, which allows all, "stop" waits for SIGCONT, and
// "eperm:NUMBER" fails unless the call is denied with EPERM.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void call(const char *abi, long number)
{
#ifdef __x86_64__
    if (strcmp(abi, "32") == 0) {
        long result = number;
        __asm__ volatile("int $0x80" : "+a"(result) : "b"(0), "c"(0), "d"(0), "S"(0), "D"(0) : "memory", "r8", "r9", "r10", "r11");
        return;
    }
    if (strcmp(abi, "x32") == 0)
        number |= 0x40000000;
#endif
    syscall(number, 0, 0, 0, 0, 0, 0);
}

static int add_filter(void)
{
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

// Without a stack of its own the child goes on with a copy of this one, as after fork. Returns false if there was none.
static int start_in_namespace(void)
{
    unsigned long long arguments[8] = {CLONE_NEWUTS, 0, 0, 0, SIGCHLD};
    for (int way = 0; way < 2; way++) {
        long child = way ? syscall(SYS_clone3, arguments, sizeof arguments) : syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
        if (child == 0)
            _exit(0);
        if (child < 0 || waitpid((pid_t)child, NULL, 0) < 0)
            return 0;
    }
    return 1;
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        char *word = arguments[i], *colon = strchr(word, ':');
        if (strcmp(word, "unshare") == 0) {
            if (unshare(CLONE_NEWNS))
                return perror("unshare"), 1;
        } else if (strcmp(word, "clone") == 0) {
            if (!start_in_namespace())
                return perror("clone"), 1;
        } else if (strcmp(word, "filter") == 0) {
            if (add_filter())
                return perror("filter"), 1;
        } else if (strcmp(word, "stop") == 0) {
            raise(SIGSTOP);
        } else if (strncmp(word, "eperm:", 6) == 0) {
            if (syscall(atol(colon + 1), 0, 0, 0, 0, 0, 0) != -1 || errno != EPERM)
                return fprintf(stderr, "call %s: %s\n", colon + 1, strerror(errno)), 1;
        } else if (colon) {
            *colon = '\0';
            call(word, atol(colon + 1));
        } else {
            call("64", atol(word));
        }
    }
    return 0;
}
