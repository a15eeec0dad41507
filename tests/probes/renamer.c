/*
 * renamer: replaces a file again and again, until its standard input ends.
 *
 *     renamer over FILE NEW       writes FILE's content to NEW and renames that over FILE, without a pause
 *     renamer turns FILE OTHER    renames FILE to OTHER and back, a thousand times a second
 *
 * There is a file with the content at each moment. It prints a line when it has begun. Exit code: 70 if something fails.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAILED = 70 };

int main(int argc, char **argv)
{
    static char content[65536];
    if (argc != 4)
        return FAILED;

    int over = strcmp(argv[1], "over") == 0;
    int file = open(argv[2], O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, content, sizeof content);
    if (length < 0)
        return FAILED;

    const char *from = over ? argv[3] : argv[2], *to = over ? argv[2] : argv[3];
    struct pollfd input = { .fd = 0, .events = POLLIN };
    for (long round = 0; poll(&input, 1, over ? 0 : 1) == 0; round++) {
        if (over) {
            int new = open(from, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
            if (new < 0 || write(new, content, (size_t) length) != length || close(new) != 0)
                return FAILED;
        }
        if (rename(from, to) != 0)
            return FAILED;
        if (!over) {
            const char *swapped = from;
            from = to;
            to = swapped;
        }
        if (round == 0 && (puts("begun") < 0 || fflush(stdout) != 0))
            return FAILED;
    }
    return 0;
}
