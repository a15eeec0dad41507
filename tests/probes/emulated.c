/*
 * emulated: runs a program where the kernel starts programs for arm64 by an emulator.
 *
 *     emulated EMULATOR PROGRAM ARG..
 *
 * PROGRAM runs as root in a user namespace in which each ID is itself, and which has a binfmt_misc of its own (Linux 6.7): nothing of this
 * is seen outside. Exit code: PROGRAM's, 69 if the kernel has no such file system, or 70 if something else fails.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { UNAVAILABLE = 69, FAILED = 70 };

#define REGISTRATION "/proc/sys/fs/binfmt_misc/register"

/* The head of an ELF file for arm64, and which of its bits count: elf(5), and the kernel's admin-guide/binfmt-misc.rst. */
#define HEAD "\\x7f\\x45\\x4c\\x46\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00"
#define MASK "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff"

static int put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t length = (ssize_t) strlen(text);
    int result = file >= 0 && write(file, text, (size_t) length) == length ? 0 : -1;
    if (file >= 0)
        close(file);
    return result;
}

static int run(const char *emulator, char **program)
{
    char registration[4096];
    if (setgroups(0, NULL) != 0 || setgid(0) != 0 || setuid(0) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return FAILED;

    if (mount("binfmt_misc", "/proc/sys/fs/binfmt_misc", "binfmt_misc", 0, NULL) != 0)
        return UNAVAILABLE;

    /* F: the emulator is opened now, and need not be in the program's root. */
    snprintf(registration, sizeof registration, ":arm64:M:0:" HEAD ":" MASK ":%s:F", emulator);
    if (put(REGISTRATION, registration) != 0)
        return FAILED;

    execvp(program[0], program);
    return FAILED;
}

int main(int argc, char **argv)
{
    int unshared[2], mapped[2], status;
    char byte = 0, path[64];
    if (argc < 3 || pipe2(unshared, O_CLOEXEC) != 0 || pipe2(mapped, O_CLOEXEC) != 0)
        return FAILED;

    pid_t child = fork();
    if (child == 0) {
        close(mapped[1]);
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 || write(unshared[1], &byte, 1) != 1 || read(mapped[0], &byte, 1) != 1)
            _exit(FAILED);
        _exit(run(argv[1], argv + 2));
    }

    close(unshared[1]);
    if (child < 0 || read(unshared[0], &byte, 1) != 1)
        return FAILED;

    static const char *const maps[] = { "uid_map", "gid_map" };
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", child, maps[i]);
        if (put(path, "0 0 4294967295") != 0)
            return FAILED;
    }
    if (write(mapped[1], &byte, 1) != 1 || waitpid(child, &status, 0) != child)
        return FAILED;

    return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
