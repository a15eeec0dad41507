/*
 * recorder: a stand-in for the low-level runtime that does nothing but remember how it was called.
 *
 * With RECORDER_DIR set, every call leaves one directory there:
 *
 *     RECORDER_DIR/<pid>-<n>/argv         the arguments, each ended by NUL, byte for byte
 *                            environ      the environment, in order, each entry ended by NUL
 *                            cwd          the working directory
 *                            config.json  a copy of the bundle's, when the command line names a bundle and it has one
 *
 * The directory appears complete (it is renamed into place), so a reader may poll for it. Exits with RECORDER_EXIT, or 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The value of an option in the spellings runc (Go: -x V, -x=V, --x V, --x=V) and crun (argp: also -xV) accept. */
static const char *option_value(char **args, char letter, const char *name)
{
    size_t length = strlen(name);
    for (; *args; args++) {
        const char *arg = *args;
        if (arg[0] != '-' || arg[1] == '\0')
            continue;
        if (strcmp(arg, "--") == 0)
            return NULL;
        const char *body = arg[1] == '-' ? arg + 2 : arg + 1;
        size_t matched = strncmp(body, name, length) == 0 ? length : body == arg + 1 && body[0] == letter ? 1 : 0;
        if (matched == 0)
            continue;
        if (body[matched] == '=')
            return body + matched + 1;
        if (body[matched] == '\0')
            return args[1];
        if (matched == 1)
            return body + 1;
    }
    return NULL;
}

static int find_config(char **argv, char *path, size_t size)
{
    char **command = argv + 1;
    while (*command && strcmp(*command, "create") != 0 && strcmp(*command, "run") != 0 && strcmp(*command, "restore") != 0)
        command++;
    if (!*command)
        return 0;

    const char *config = option_value(command + 1, 'f', "config");
    const char *bundle = option_value(command + 1, 'b', "bundle");
    if (config && (config[0] == '/' || !bundle))
        return snprintf(path, size, "%s", config) < (int)size;
    return snprintf(path, size, "%s/%s", bundle ? bundle : ".", config ? config : "config.json") < (int)size;
}

static int save(int dir, const char *name, const char *bytes, size_t count)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        return -1;
    while (count > 0) {
        ssize_t written = write(fd, bytes, count);
        if (written < 0)
            break;
        bytes += written;
        count -= (size_t)written;
    }
    close(fd);
    return count == 0 ? 0 : -1;
}

static int save_strings(int dir, const char *name, char **strings)
{
    size_t size = 0;
    for (char **s = strings; *s; s++)
        size += strlen(*s) + 1;
    char *joined = malloc(size + 1);
    if (!joined)
        return -1;
    char *end = joined;
    for (char **s = strings; *s; s++)
        end = stpcpy(end, *s) + 1;
    int result = save(dir, name, joined, size);
    free(joined);
    return result;
}

static int copy_config(int dir, const char *path)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return 0; /* no configuration: the record has none, which is what a test then sees */
    int to = openat(dir, "config.json", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (to < 0)
        return -1;
    static char buffer[65536];
    ssize_t count;
    while ((count = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)count) != count)
            return -1;
    close(from);
    close(to);
    return count < 0 ? -1 : 0;
}

static int record(const char *where, char **argv, char **envp)
{
    char hidden[PATH_MAX], shown[PATH_MAX], cwd[PATH_MAX], config[PATH_MAX];
    umask(022);
    snprintf(hidden, sizeof hidden, "%s/.%d", where, (int)getpid());
    if (mkdir(hidden, 0755) != 0)
        return -1;
    int dir = open(hidden, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0 || save_strings(dir, "argv", argv) != 0 || save_strings(dir, "environ", envp) != 0)
        return -1;
    if (!getcwd(cwd, sizeof cwd))
        cwd[0] = '\0';
    if (save(dir, "cwd", cwd, strlen(cwd)) != 0)
        return -1;
    if (find_config(argv, config, sizeof config) && copy_config(dir, config) != 0)
        return -1;
    close(dir);

    /* A pid comes round again: the number keeps a later call from meeting an earlier one's directory. */
    for (int n = 0; n < 10000; n++) {
        snprintf(shown, sizeof shown, "%s/%d-%d", where, (int)getpid(), n);
        if (rename(hidden, shown) == 0)
            return 0;
        if (errno != ENOTEMPTY && errno != EEXIST)
            return -1;
    }
    return -1;
}

int main(int argc, char **argv, char **envp)
{
    (void)argc;
    const char *where = getenv("RECORDER_DIR");
    if (where && record(where, argv, envp) != 0) {
        perror("recorder");
        return 124;
    }
    const char *status = getenv("RECORDER_EXIT");
    return status ? atoi(status) : 0;
}
