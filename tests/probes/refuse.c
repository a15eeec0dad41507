// Becomes a program to which the kernel refuses one system call: refuse NUMBER ERRNO PROGRAM [ARGUMENT]...
// With NUMBER:ARGUMENT:LEAST, only where that argument (0 to 5) is at least LEAST, below 4 GiB.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: refuse NUMBER[:ARGUMENT:LEAST] ERRNO PROGRAM [ARGUMENT]...\n");
        return 2;
    }

    unsigned number = 0, argument = 0, least = 0;
    int given = sscanf(argv[1], "%u:%u:%u", &number, &argument, &least);
    unsigned low = offsetof(struct seccomp_data, args) + 8 * (given == 3 ? argument : 0);
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, low),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, least, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (atoi(argv[2]) & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof filter / sizeof filter[0], .filter = filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        fprintf(stderr, "refuse: %s\n", strerror(errno));
        return 3;
    }

    execv(argv[3], argv + 3);
    fprintf(stderr, "refuse: %s: %s\n", argv[3], strerror(errno));
    return 127;
}
