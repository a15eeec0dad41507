/*
 * probe: what did I inherit? Plays the low-level runtime and writes everything a program is born with, as sorted
 * `key=value` lines, to a file named after itself: the path it was executed by, plus ".out". So it needs no argument,
 * no environment variable and no descriptor of its own, and can be run where all of these are odd or missing.
 * Run it by a symbolic link in a scratch directory to choose where the answer goes.
 *
 * Two runs compare equal when the second was started by something that changed nothing. What must differ from run to
 * run is written so that the reader can check the relation and then leave it out: `pid`, and the inode numbers in the
 * descriptors' targets. The order is: look first, disturb later. Only when all is noted does it raise soft limits and
 * the umask to be able to write.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SIGNALS 64
#define MASK_BYTES 8 /* the kernel's sigset_t; glibc's would hide 32 and 33 */

static char **lines;
static size_t count, room;

static void keep(char *line)
{
    if (count == room) {
        room = room ? room * 2 : 256;
        lines = realloc(lines, room * sizeof *lines);
        if (!lines)
            abort();
    }
    lines[count++] = line;
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    char *line;
    va_list values;
    va_start(values, format);
    if (vasprintf(&line, format, values) < 0)
        abort();
    va_end(values);
    keep(line);
}

/* Printable ASCII as it is, every other byte and the backslash as \xNN: readable in a diff, and exact. */
static void note_bytes(const char *key, const char *bytes, size_t length)
{
    size_t used = strlen(key) + 1;
    char *line = malloc(used + length * 4 + 1);
    if (!line)
        abort();
    sprintf(line, "%s=", key);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c >= 0x20 && c < 0x7f && c != '\\')
            line[used++] = (char)c;
        else
            used += (size_t)sprintf(line + used, "\\x%02x", c);
    }
    line[used] = '\0';
    keep(line);
}

static void note_strings(const char *kind, char **strings)
{
    char key[64];
    int n = 0;
    for (; strings[n]; n++) {
        snprintf(key, sizeof key, "%s.%06d", kind, n);
        note_bytes(key, strings[n], strlen(strings[n]));
    }
    note("%s.count=%d", kind, n);
}

static void note_result(const char *key, long result)
{
    if (result < 0)
        note("%s=%s", key, strerrorname_np(errno));
    else
        note("%s=%ld", key, result);
}

static void note_link(const char *key, const char *path)
{
    char target[4096];
    ssize_t length = readlink(path, target, sizeof target);
    if (length < 0)
        note("%s=%s", key, strerrorname_np(errno));
    else
        note_bytes(key, target, (size_t)length);
}

static char *read_whole(const char *path, size_t *length)
{
    size_t size = 65536;
    char *text = malloc(size);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *length = 0;
    if (fd < 0 || !text) {
        free(text);
        return NULL;
    }
    ssize_t got;
    while ((got = read(fd, text + *length, size - *length - 1)) > 0) {
        *length += (size_t)got;
        if (size - *length < 4096 && !(text = realloc(text, size *= 2)))
            abort();
    }
    close(fd);
    text[*length] = '\0';
    return text;
}

static void note_file(const char *key, const char *path)
{
    size_t length;
    char *text = read_whole(path, &length);
    if (!text) {
        note("%s=%s", key, strerrorname_np(errno));
        return;
    }
    while (length > 0 && text[length - 1] == '\n')
        length--;
    note_bytes(key, text, length);
    free(text);
}

static void note_signals(void)
{
    unsigned long blocked = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, MASK_BYTES);
    note("signals.blocked=%016lx", blocked);

    /* Only "ignored" survives an exec; anything else here is the default or nobody's doing but ours. */
    for (int number = 1; number <= SIGNALS; number++) {
        struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action = { 0 };
        if (syscall(SYS_rt_sigaction, number, NULL, &action, MASK_BYTES) == 0 && action.handler == (void *)SIG_IGN)
            note("signals.ignored.%02d=yes", number);
    }
}

static void note_limits(void)
{
    static const char *const names[] = { "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock",
        "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime" };
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        struct { unsigned long soft, hard; } limit = { 0, 0 };
        if (syscall(SYS_prlimit64, 0, i, NULL, &limit) == 0)
            note("rlimit.%s=%lu/%lu", names[i], limit.soft, limit.hard);
    }
}

/* Lets the probe itself open and write files; called once the limits are noted. */
static void raise_soft_limit(int which)
{
    struct rlimit limit;
    if (getrlimit(which, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(which, &limit);
    }
}

static void note_terminal(int fd)
{
    struct termios t;
    if (tcgetattr(fd, &t) != 0)
        return;
    char cc[NCCS * 2 + 1];
    for (int i = 0; i < NCCS; i++)
        sprintf(cc + i * 2, "%02x", t.c_cc[i]);
    note("fd.%04d.termios=%o:%o:%o:%o:%s:%u:%u", fd, t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, cc,
        (unsigned)cfgetispeed(&t), (unsigned)cfgetospeed(&t));
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0)
        note("fd.%04d.window=%dx%d", fd, size.ws_row, size.ws_col);
}

/* The locks on the file, by /proc/locks: asking with F_GETLK cannot see one's own. */
static void note_locks(int fd, const struct stat *file, char *table)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%02x:%02x:%lu", major(file->st_dev), minor(file->st_dev), (unsigned long)file->st_ino);
    int n = 0;
    for (char *line = table; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char kind[16], how[16], mode[16], inode[64], from[32], to[32];
        int owner;
        if (sscanf(line, "%*s %15s %15s %15s %d %63s %31s %31s", kind, how, mode, &owner, inode, from, to) != 7
            || strcmp(inode, wanted) != 0)
            continue;
        note("fd.%04d.lock.%d=%s %s %s %s-%s owner=%s", fd, n++, kind, how, mode, from, to,
            owner == getpid() ? "self" : owner == -1 ? "description" : "another");
    }
}

static void note_descriptors(void)
{
    /* The numbers first, all of them, before anything else is opened. */
    static int open_fds[65536];
    int n = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir) {
        note("fd=%s", strerrorname_np(errno));
        return;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir) && n < 65536)
            open_fds[n++] = atoi(entry->d_name);
    closedir(dir);

    size_t length;
    char *locks = read_whole("/proc/locks", &length);
    for (int i = 0; i < n; i++) {
        int fd = open_fds[i];
        char key[64], path[64];
        snprintf(key, sizeof key, "fd.%04d.target", fd);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        note_link(key, path);
        note("fd.%04d.flags=%#x/%#x", fd, fcntl(fd, F_GETFD), fcntl(fd, F_GETFL));
        /* For a process group the owner is negative; here it is only ever a process, and that process is us. */
        int owner = fcntl(fd, F_GETOWN);
        note("fd.%04d.owner=%s sig=%d", fd, owner == getpid() ? "self" : owner == 0 ? "none" : "another", fcntl(fd, F_GETSIG));

        struct stat file;
        if (fstat(fd, &file) == 0) {
            note("fd.%04d.mode=%o", fd, file.st_mode);
            if (S_ISREG(file.st_mode)) {
                note("fd.%04d.offset=%ld size=%ld", fd, (long)lseek(fd, 0, SEEK_CUR), (long)file.st_size);
                if (locks)
                    note_locks(fd, &file, locks);
            }
        }
        /* Unread bytes: a wrapper must not eat its target's input, nor write where nobody asked it to. */
        int unread;
        if (ioctl(fd, FIONREAD, &unread) == 0)
            note("fd.%04d.unread=%d", fd, unread);
        note_terminal(fd);
    }
    free(locks);
}

static const char *relation(pid_t id, pid_t parents)
{
    return id == getpid() ? "self" : id == parents ? "parent" : id == 0 ? "none" : "another";
}

static void note_family(void)
{
    note("pid=%d", getpid());
    note("ppid=%d", getppid());
    note("tid=%s", syscall(SYS_gettid) == getpid() ? "pid" : "another");
    note("session=%s", relation(getsid(0), getsid(getppid())));
    note("group=%s", relation(getpgrp(), getpgid(getppid())));

    int tty = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (tty < 0) {
        note("tty=%s", strerrorname_np(errno));
    } else {
        note("tty=yes session=%s foreground=%s", relation(tcgetsid(tty), getsid(getppid())),
            relation(tcgetpgrp(tty), getpgid(getppid())));
        close(tty);
    }

    siginfo_t info;
    int waited = waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL);
    note("children=%s", waited == 0 ? "some" : strerrorname_np(errno));
}

static void note_scheduling(void)
{
    struct { unsigned size, policy; unsigned long flags; int nice; unsigned priority; unsigned long runtime, deadline,
        period; unsigned util_min, util_max; } attr = { 0 };
    if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) == 0)
        note("sched=policy %u flags %lx nice %d priority %u clamp %u..%u", attr.policy, attr.flags, attr.nice, attr.priority,
            attr.util_min, attr.util_max);
    errno = 0;
    note("nice=%d", getpriority(PRIO_PROCESS, 0));
    note_result("ioprio", syscall(SYS_ioprio_get, 1, 0));

    unsigned char cpus[1024] = { 0 };
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof cpus, cpus);
    char text[sizeof cpus * 2 + 1] = "";
    for (long i = 0; i < bytes; i++)
        sprintf(text + i * 2, "%02x", cpus[i]);
    note("affinity=%s", text);

    int mode = 0;
    note("mempolicy=%ld mode %d", syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0), mode);
}

static void note_prctl(void)
{
    int value = -1;
    note_result("prctl.pdeathsig", prctl(PR_GET_PDEATHSIG, &value));
    note("prctl.pdeathsig.value=%d", value);
    value = -1;
    prctl(PR_GET_CHILD_SUBREAPER, &value);
    note("prctl.subreaper=%d", value);
    value = -1;
    prctl(PR_GET_TSC, &value);
    note("prctl.tsc=%d", value);
    note_result("prctl.dumpable", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    note_result("prctl.no_new_privs", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    note_result("prctl.timerslack", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
    note_result("prctl.keepcaps", prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
    note_result("prctl.securebits", prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
    note_result("prctl.thp_disable", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
    note_result("prctl.mce_kill", prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
    note_result("prctl.store_bypass", prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0));
    note_result("prctl.indirect_branch", prctl(PR_GET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, 0, 0, 0));
    note_result("personality", personality(0xffffffff));
    note("at_secure=%lu", getauxval(AT_SECURE));
    note_result("keyring.session", syscall(SYS_keyctl, 0, -3, 0));
}

/* The interval exactly; what is left of the first run to the nearest hundred seconds, time having passed. */
static void note_timers(void)
{
    static const char *const names[] = { "real", "virtual", "prof" };
    for (int i = 0; i < 3; i++) {
        struct itimerval timer;
        if (getitimer(i, &timer) == 0)
            note("itimer.%s=%s about %ld every %ld.%06ld", names[i],
                timer.it_value.tv_sec || timer.it_value.tv_usec ? "armed" : "off", (timer.it_value.tv_sec + 50) / 100 * 100,
                (long)timer.it_interval.tv_sec, (long)timer.it_interval.tv_usec);
    }
}

static void note_status(void)
{
    static const char *const wanted[] = { "Umask", "Uid", "Gid", "Groups", "Threads", "NoNewPrivs", "Seccomp",
        "Seccomp_filters", "Speculation_Store_Bypass", "SpeculationIndirectBranch", "CapInh", "CapPrm", "CapEff", "CapBnd",
        "CapAmb", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "Cpus_allowed", "Mems_allowed", "THP_enabled" };
    size_t length;
    char *status = read_whole("/proc/self/status", &length), *rest = status;
    if (!status)
        return;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *value = strchr(line, ':');
        if (!value)
            continue;
        *value++ = '\0';
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strcmp(line, wanted[i]) == 0)
                note("status.%s=%s", line, value + strspn(value, " \t"));
    }
    free(status);
}

static void note_places(char *exec_name)
{
    char cwd[4096];
    if (getcwd(cwd, sizeof cwd))
        note_bytes("cwd", cwd, strlen(cwd));
    else
        note("cwd=%s", strerrorname_np(errno));
    note_link("cwd.link", "/proc/self/cwd");
    note_link("root", "/proc/self/root");
    note_link("exe", "/proc/self/exe");
    note_bytes("exec_name", exec_name, strlen(exec_name));

    static const char *const files[] = { "oom_score_adj", "coredump_filter", "cgroup", "cpuset", "loginuid", "sessionid",
        "uid_map", "gid_map", "setgroups", "attr/current", "attr/exec", "attr/keycreate" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char key[64], path[64];
        snprintf(key, sizeof key, "proc.%s", files[i]);
        snprintf(path, sizeof path, "/proc/self/%s", files[i]);
        note_file(key, path);
    }

    DIR *dir = opendir("/proc/self/ns");
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char own[300], parents[300];
        struct stat mine, theirs;
        if (entry->d_name[0] == '.')
            continue;
        /* Not by number: one that was made for this run has another in the next. */
        snprintf(own, sizeof own, "/proc/self/ns/%s", entry->d_name);
        snprintf(parents, sizeof parents, "/proc/%d/ns/%s", (int)getppid(), entry->d_name);
        if (stat(own, &mine) == 0 && stat(parents, &theirs) == 0)
            note("namespace.%s=%s", entry->d_name, mine.st_ino == theirs.st_ino ? "the parent's" : "another");
    }
    if (dir)
        closedir(dir);
}

/* The pending signals one by one, with who sent them and how: a set of bits would hide a lost second one. Last, for it
 * takes them off the queue. */
static void note_pending(void)
{
    unsigned long all = ~0UL;
    struct timespec none = { 0, 0 };
    siginfo_t info;
    for (int n = 0; syscall(SYS_rt_sigtimedwait, &all, &info, &none, MASK_BYTES) > 0; n++)
        note("signals.pending.%02d=%d code %d from %s value %d", n, info.si_signo, info.si_code,
            info.si_pid == getpid() ? "self" : "another", info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv, char **envp)
{
    (void)argc;
    char *exec_name = (char *)getauxval(AT_EXECFN);

    note_signals();
    note_limits();
    raise_soft_limit(RLIMIT_NOFILE);
    note_descriptors();
    note_status();
    note_family();
    note_scheduling();
    note_prctl();
    note_timers();
    note_places(exec_name);
    note_strings("argv", argv);
    note_strings("env", envp);
    note_pending();

    umask(022);
    raise_soft_limit(RLIMIT_FSIZE);
    qsort(lines, count, sizeof *lines, by_bytes);
    char path[4096];
    snprintf(path, sizeof path, "%s.out", exec_name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return 124;
    FILE *out = fdopen(fd, "w");
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s\n", lines[i]);
    return fclose(out) == 0 ? 0 : 124;
}
