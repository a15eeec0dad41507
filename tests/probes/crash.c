/*
 * crash: faults as a program with a bad pointer does. A shell's `kill -SEGV $$` is no such thing: where the runtime has blocked the
 * signal, as crun does for some hooks, nothing comes of it, while a fault always ends the program. It reads its input first: crun
 * before 1.17 tells of another failure if a hook ends before the state is written to it.
 */
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
    struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core);
    char state[4096];
    while (read(0, state, sizeof state) > 0) {
    }

    volatile int *nowhere = NULL;
    return *nowhere;
}
