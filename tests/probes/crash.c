/*
 * crash: faults as a program with a bad pointer does. A shell's `kill -SEGV $$` is no such thing: where the runtime has blocked the
 * signal, as crun does for some hooks, nothing comes of it, while a fault always ends the program.
 */
#include <stddef.h>
#include <sys/resource.h>

int main(void)
{
    struct rlimit no_core = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &no_core);
    volatile int *nowhere = NULL;
    return *nowhere;
}
