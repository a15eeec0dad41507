/*
 * bench: times commands against each other.
 *
 *     bench PLAN ROUNDS
 *
 * In every round every row of the plan is run once, so that whatever else the machine does meets all of them alike and
 * the ratios of one table belong together. The plan is a text file of lines, their words parted by blanks:
 *
 *     row NAME..             starts a row
 *     every N                only in each Nth round
 *     limit RATIO ROW..      the median may be RATIO times that of an earlier row
 *     over ROW..             for the limit, count only what the median has over that of an earlier row
 *     rss KB                 how much memory it may use
 *     fresh FROM TO          before each run, untimed: copy a file over another
 *     unlink PATH            before each run, untimed: remove a file if it is there
 *     input FILE             the commands get it on standard input, through a pipe; it fits into one
 *     as NAME                the commands get it as their first argument, in place of their path
 *     run PATH ARG..         a command of the row; the times of all of a row's commands are added up
 *     await FILE             before the last command, untimed: until the process whose id the file holds has ended
 *     undo PATH ARG..        run, untimed and whatever its outcome, when a command of the row has failed
 *
 * Prints medians of wall time and memory, and marks with "!" what is over its limit. Timing is no verdict here, so that
 * is not a failure; a command that fails is.
 *
 * A child is started by vfork and shares this program's memory until it execs, and the kernel counts that as the child's:
 * hence the static, fixed, small tables.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 24, COMMANDS = 4, WORDS = 32, FILES = 3, ROUNDS = 2000 };

struct row {
    char *name;
    int every;
    double limit;
    int limit_row;
    int over_row;
    long rss_limit;
    char *await;
    char *input, *as;
    char *fresh[FILES][2];
    char *unlinked[FILES];
    char *commands[COMMANDS][WORDS + 1];
    char *undo[WORDS + 1];
    int fresh_count, unlink_count, command_count;
    int samples, failures;
    int failed_command, failed_status;
    float milliseconds[ROUNDS];
    int rss[ROUNDS];
};

static struct row rows[ROWS];
static int row_count;
static int quiet;

static void fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int find_row(const char *name)
{
    for (int i = 0; i < row_count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return i;
    errno = EINVAL;
    fail(name);
    return -1;
}

static void split(char *text, char **words)
{
    int n = 0;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        if (n == WORDS) {
            errno = E2BIG;
            fail(text);
        }
        words[n++] = word;
    }
    words[n] = NULL;
}

static void read_plan(const char *path)
{
    static char text[32768];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (length < 0)
        fail(path);
    close(fd);

    char *save, *line = strtok_r(text, "\n", &save);
    for (; line; line = strtok_r(NULL, "\n", &save)) {
        char *rest = line + strcspn(line, " ");
        if (*rest)
            *rest++ = '\0';
        struct row *row = &rows[row_count > 0 ? row_count - 1 : 0];
        errno = EINVAL;
        if (strcmp(line, "row") == 0 && row_count < ROWS) {
            row = &rows[row_count++];
            row->name = rest;
            row->every = 1;
            row->over_row = -1;
        } else if (strcmp(line, "every") == 0) {
            row->every = atoi(rest);
        } else if (strcmp(line, "limit") == 0) {
            char *name;
            row->limit = strtod(rest, &name);
            row->limit_row = find_row(name + 1);
        } else if (strcmp(line, "over") == 0) {
            row->over_row = find_row(rest);
        } else if (strcmp(line, "input") == 0) {
            row->input = rest;
        } else if (strcmp(line, "as") == 0) {
            row->as = rest;
        } else if (strcmp(line, "await") == 0) {
            row->await = rest;
        } else if (strcmp(line, "rss") == 0) {
            row->rss_limit = atol(rest);
        } else if (strcmp(line, "fresh") == 0 && row->fresh_count < FILES) {
            char *words[WORDS + 1];
            split(rest, words);
            memcpy(row->fresh[row->fresh_count++], words, sizeof row->fresh[0]);
        } else if (strcmp(line, "unlink") == 0 && row->unlink_count < FILES) {
            row->unlinked[row->unlink_count++] = rest;
        } else if (strcmp(line, "run") == 0 && row->command_count < COMMANDS) {
            split(rest, row->commands[row->command_count++]);
        } else if (strcmp(line, "undo") == 0) {
            split(rest, row->undo);
        } else {
            fail(line);
        }
    }
}

static void copy(const char *from, const char *to)
{
    static char buffer[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (in < 0 || out < 0)
        fail(to);
    for (ssize_t count; (count = read(in, buffer, sizeof buffer)) > 0;)
        if (write(out, buffer, (size_t)count) != count)
            fail(to);
    close(in);
    close(out);
}

/* A pipe that holds a file, its writing end closed: what a runtime gives a hook. */
static int pipe_with(const char *path)
{
    static char content[65536];
    int ends[2], fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, content, sizeof content);
    if (length < 0 || pipe2(ends, O_CLOEXEC) != 0 || write(ends[1], content, (size_t)length) != length)
        fail(path);
    close(fd);
    close(ends[1]);
    return ends[0];
}

static int run(char **command, char *name, int input, long *rss)
{
    const char *path = command[0];
    char *words[WORDS + 1];
    memcpy(words, command, sizeof words);
    if (name)
        words[0] = name;
    pid_t child = vfork();
    if (child == 0) {
        dup2(input, 0);
        dup2(quiet, 1);
        dup2(quiet, 2);
        execve(path, words, environ);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        fail(command[0]);
    if (usage.ru_maxrss > *rss)
        *rss = usage.ru_maxrss;
    return status;
}

/* Gone, or a zombie that whoever it belongs to has yet to collect. */
static void await_end(const char *pid_file)
{
    char text[64], path[64];
    int fd = open(pid_file, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (length <= 0)
        fail(pid_file);
    close(fd);
    text[length] = '\0';
    snprintf(path, sizeof path, "/proc/%d/stat", atoi(text));

    for (;; usleep(500)) {
        char stat[256] = "";
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return;
        length = read(fd, stat, sizeof stat - 1);
        close(fd);
        const char *name_end = strrchr(stat, ')');
        if (length <= 0 || !name_end || name_end[2] == 'Z' || name_end[2] == 'X')
            return;
    }
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void sample(struct row *row)
{
    for (int i = 0; i < row->fresh_count; i++)
        copy(row->fresh[i][0], row->fresh[i][1]);
    for (int i = 0; i < row->unlink_count; i++)
        unlink(row->unlinked[i]);

    long rss = 0, ignored = 0;
    double spent = 0;
    for (int i = 0; i < row->command_count; i++) {
        if (row->await && i == row->command_count - 1)
            await_end(row->await);
        int input = row->input ? pipe_with(row->input) : quiet;
        double from = milliseconds();
        int status = run(row->commands[i], row->as, input, &rss);
        spent += milliseconds() - from;
        if (input != quiet)
            close(input);
        if (status != 0) {
            row->failures++;
            row->failed_command = i;
            row->failed_status = status;
            if (row->undo[0])
                run(row->undo, NULL, quiet, &ignored);
            return;
        }
    }
    row->milliseconds[row->samples] = (float)spent;
    row->rss[row->samples++] = (int)rss;
}

static int by_time(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static int by_size(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int print_table(void)
{
    int failed = 0;
    printf("%-44s %9s %9s  %-32s %8s %8s\n", "", "median ms", "p10 ms", "ratio (limit)", "RSS KB", "limit");
    for (int i = 0; i < row_count; i++) {
        struct row *row = &rows[i];
        qsort(row->milliseconds, (size_t)row->samples, sizeof *row->milliseconds, by_time);
        qsort(row->rss, (size_t)row->samples, sizeof *row->rss, by_size);
        /* A failure now and then is noise a long run may have; a row that mostly fails measures nothing. */
        if (row->samples == 0 || row->failures > row->samples / 10)
            failed = 1;
        if (row->samples == 0) {
            printf("%2d %-41s failed: %s %s ended with status %#x\n", i + 1, row->name, row->commands[row->failed_command][0],
                row->commands[row->failed_command][1], row->failed_status);
            continue;
        }

        float median = row->milliseconds[row->samples / 2];
        int rss = row->rss[row->samples / 2], over = 0;
        char ratio[64] = "", most[32] = "";
        if (row->limit > 0 && rows[row->limit_row].samples > 0) {
            struct row *base = &rows[row->limit_row];
            struct row *start = row->over_row < 0 ? NULL : &rows[row->over_row];
            double excess = median - (start ? start->milliseconds[start->samples / 2] : 0);
            double measured = excess / base->milliseconds[base->samples / 2];
            over |= measured > row->limit;
            int length = start ? snprintf(ratio, sizeof ratio, "row %d + ", row->over_row + 1) : 0;
            snprintf(ratio + length, sizeof ratio - (size_t)length, "%.3f (%.2f x row %d)", measured, row->limit, row->limit_row + 1);
        }
        if (row->rss_limit > 0) {
            over |= rss > row->rss_limit;
            snprintf(most, sizeof most, "%ld", row->rss_limit);
        }
        printf("%2d %-41s %9.3f %9.3f  %-32s %8d %8s %s", i + 1, row->name, (double)median,
            (double)row->milliseconds[row->samples / 10], ratio, rss, most, over ? "!" : "");
        if (row->failures > 0)
            printf(" (%d of %d runs failed, the last in command %d with status %#x)", row->failures,
                row->failures + row->samples, row->failed_command + 1, row->failed_status);
        putchar('\n');
    }
    return failed;
}

int main(int argc, char **argv)
{
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    if (rounds <= 0 || rounds > ROUNDS) {
        fprintf(stderr, "usage: bench PLAN ROUNDS (1 to %d)\n", ROUNDS);
        return 64;
    }
    read_plan(argv[1]);
    quiet = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (quiet < 0)
        fail("/dev/null");

    for (int round = -3; round < rounds; round++) {
        /* Forwards and backwards by turns: what a row leaves behind in the machine must not always meet the same one. */
        for (int i = 0; i < row_count; i++) {
            struct row *row = &rows[round % 2 == 0 ? i : row_count - 1 - i];
            if (round < 0 || round % row->every == 0)
                sample(row);
        }
        if (round == -1) /* the first rounds only warm the caches up */
            for (int i = 0; i < row_count; i++)
                rows[i].samples = rows[i].failures = 0;
    }
    return print_table();
}
