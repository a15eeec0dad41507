/*
 * storm: processes without end, each in a session of its own and gone as soon as it has made the next.
 *
 *     storm COUNT MICROSECONDS
 *
 * COUNT of them at a time, each for so long. The first one waits. All end by themselves after half an hour. They run as
 * nobody, who may have no more than LIMIT processes, or those that wait to be taken leave of would use up the machine's.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 8000, NOBODY = 65534 };

int main(int argc, char **argv)
{
    struct rlimit limit = { LIMIT, LIMIT };
    if (argc != 3 || setrlimit(RLIMIT_NPROC, &limit) != 0 || setuid(NOBODY) != 0)
        return 64;
    int count = atoi(argv[1]);
    useconds_t life = (useconds_t)atoi(argv[2]);
    time_t end = time(NULL) + 1800;
    if (fork() > 0) {
        while (time(NULL) < end)
            sleep(1);
        return 0;
    }

    close(0);
    close(1);
    close(2);
    for (int i = 1; i < count && fork() > 0; i++)
        ;
    setsid();
    while (time(NULL) < end) {
        usleep(life);
        if (fork() > 0)
            _exit(0);
        setsid();
    }
    return 0;
}
