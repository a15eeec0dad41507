/*
 * launcher: starts a program the way a careless or an unusual parent would.
 *
 *     launcher SCENARIO -- PROGRAM ARG..    sets the scenario up and becomes PROGRAM (an absolute path)
 *     launcher --list                       prints the scenarios' names
 *
 * It forks nothing: what PROGRAM inherits is inherited from here, the process id included. Every scenario starts from the
 * same clean slate: default signals, an empty mask, no descriptor above 2, three environment entries. Files a scenario
 * needs are made in the working directory, which should be a scratch one.
 *
 * Exit codes of its own: 64 for a wrong command line, 70 when a scenario could not be set up, 77 when it could not for
 * want of a privilege, with the name of the missing capability on stderr.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

enum { USAGE = 64, FAILED = 70, NOT_APPLICABLE = 77 };
enum { SIGNALS = 64, MASK_BYTES = 8 };
#define KIB 1024L
#define MIB (1024L * KIB)
#define KEEP (-2L) /* a limit that is left as it is */
#define NO_LIMIT ((long)RLIM_INFINITY)

struct scenario {
    const char *name;
    void (*set_up)(const struct scenario *);
    long a, b, c;
    const char *text;
};

static char **arguments, **environment;
static size_t argument_count, environment_count;

static void give_up(const char *what)
{
    perror(what);
    exit(FAILED);
}

static void check(long result, const char *what)
{
    if (result < 0)
        give_up(what);
}

/* For what only a privileged process may do. */
static void check_privileged(long result, const char *what, const char *capability)
{
    if (result < 0 && (errno == EPERM || errno == EACCES)) {
        fprintf(stderr, "%s\n", capability);
        exit(NOT_APPLICABLE);
    }
    check(result, what);
}

static void add(char ***list, size_t *count, const char *text)
{
    *list = realloc(*list, (*count + 2) * sizeof **list);
    char *copy = strdup(text);
    if (!*list || !copy)
        give_up("out of memory");
    (*list)[(*count)++] = copy;
    (*list)[*count] = NULL;
}

static void add_argument(const char *text)
{
    add(&arguments, &argument_count, text);
}

static void add_entry(const char *text)
{
    add(&environment, &environment_count, text);
}

static char *filled(const char *prefix, char with, size_t length)
{
    char *text = malloc(length + 1);
    if (!text)
        give_up("out of memory");
    memset(text, with, length);
    text[length] = '\0';
    memcpy(text, prefix, strlen(prefix));
    return text;
}

/* Raw calls throughout: glibc keeps signals 32 and 33 to itself and would leave them out of every mask. */
static unsigned long bit(long number)
{
    return 1UL << (number - 1);
}

static void set_mask(unsigned long mask)
{
    check(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, MASK_BYTES), "rt_sigprocmask");
}

static void set_action(long number, void *handler)
{
    struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action = { handler, 0, NULL, 0 };
    if (syscall(SYS_rt_sigaction, number, &action, NULL, MASK_BYTES) != 0 && number != SIGKILL && number != SIGSTOP)
        give_up("rt_sigaction");
}

static void nothing(const struct scenario *s)
{
    (void)s;
}

static void ignore_signal(const struct scenario *s)
{
    set_action(s->a, (void *)SIG_IGN);
}

static void ignore_all(const struct scenario *s)
{
    (void)s;
    for (int number = 1; number <= SIGNALS; number++)
        set_action(number, (void *)SIG_IGN);
}

static void block(const struct scenario *s)
{
    set_mask((s->a ? bit(s->a) : 0) | (s->b ? bit(s->b) : 0) | (s->c ? bit(s->c) : 0));
}

static void block_all(const struct scenario *s)
{
    (void)s;
    set_mask(~0UL);
}

static void block_and_ignore_all(const struct scenario *s)
{
    ignore_all(s);
    block_all(s);
}

static void queue_to_self(long number, int value)
{
    siginfo_t info = { .si_signo = (int)number, .si_code = SI_QUEUE };
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_int = value;
    check(syscall(SYS_rt_sigqueueinfo, getpid(), number, &info), "rt_sigqueueinfo");
}

static void pend(const struct scenario *s)
{
    block(s);
    check(kill(getpid(), (int)s->a), "kill");
    if (s->b)
        check(kill(getpid(), (int)s->b), "kill");
}

static void pend_for_thread(const struct scenario *s)
{
    block(s);
    check(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), s->a), "tgkill");
}

static void pend_twice(const struct scenario *s)
{
    block(s);
    queue_to_self(s->a, 11);
    queue_to_self(s->a, 22);
}

static void pend_ignored(const struct scenario *s)
{
    set_action(s->a, (void *)SIG_IGN);
    pend(s);
}

/* a: which limit, b: soft, c: hard */
static void limit(const struct scenario *s)
{
    struct rlimit value;
    check(getrlimit((int)s->a, &value), "getrlimit");
    if (s->c != KEEP)
        value.rlim_max = (rlim_t)s->c;
    value.rlim_cur = s->b == KEEP || (rlim_t)s->b > value.rlim_max ? value.rlim_max : (rlim_t)s->b;
    if (s->b == NO_LIMIT)
        value.rlim_cur = value.rlim_max = RLIM_INFINITY;
    check_privileged(setrlimit((int)s->a, &value), "setrlimit", "CAP_SYS_RESOURCE");
}

static void close_one(const struct scenario *s)
{
    close((int)s->a);
}

static void close_all(const struct scenario *s)
{
    (void)s;
    close(0);
    close(1);
    close(2);
}

/* Gives an open description the number that is wanted, and O_CLOEXEC or not. */
static int open_at(int wanted, int fd, int flags)
{
    check(fd, "open");
    if (fd == wanted) {
        check(fcntl(fd, F_SETFD, flags & O_CLOEXEC ? FD_CLOEXEC : 0), "F_SETFD");
        return fd;
    }
    check(dup3(fd, wanted, flags), "dup3");
    close(fd);
    return wanted;
}

static int scratch_file(const char *name)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    check(fd, name);
    check(write(fd, "0123456789\n", 11), "write");
    return fd;
}

static void extra_descriptors(const struct scenario *s)
{
    (void)s;
    open_at(3, open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    open_at(5, open("/dev/null", O_RDONLY | O_CLOEXEC), O_CLOEXEC);
    open_at(7, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
    open_at(8, open("/", O_PATH | O_CLOEXEC), 0);
    open_at(9, memfd_create("memory", MFD_CLOEXEC), 0);
}

static void high_descriptor(const struct scenario *s)
{
    open_at((int)s->a, open("/dev/null", O_RDWR | O_APPEND | O_CLOEXEC), 0);
}

static void pipe_descriptors(const struct scenario *s)
{
    (void)s;
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe2");
    check(write(ends[1], "unread", 6), "write");
    int reader = open_at(20, ends[0], 0);
    open_at(21, ends[1], 0);
    check(fcntl(reader, F_SETFL, O_NONBLOCK), "F_SETFL");
}

static void socket_descriptors(const struct scenario *s)
{
    (void)s;
    int ends[2];
    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
    check(write(ends[1], "unread", 6), "write");
    open_at(20, ends[0], 0);
    open_at(21, ends[1], 0);
    check(fcntl(20, F_SETOWN, getpid()), "F_SETOWN");
    check(fcntl(20, F_SETSIG, 35), "F_SETSIG");
}

static void nonblocking(const struct scenario *s)
{
    check(fcntl((int)s->a, F_SETFL, O_NONBLOCK), "F_SETFL");
}

static void stdin_from_file(const struct scenario *s)
{
    (void)s;
    int fd = scratch_file("input");
    check(lseek(fd, 5, SEEK_SET), "lseek");
    open_at(0, fd, 0);
}

static void unread_stdin(const struct scenario *s)
{
    (void)s;
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe2");
    check(write(ends[1], "unread", 6), "write");
    close(ends[1]);
    open_at(0, ends[0], 0);
}

/* Nobody reads the other end: a write would be SIGPIPE or EPIPE. */
static void broken_output(const struct scenario *s)
{
    (void)s;
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe2");
    close(ends[0]);
    check(dup2(ends[1], 1), "dup2");
    check(dup2(ends[1], 2), "dup2");
    close(ends[1]);
}

static void set_umask(const struct scenario *s)
{
    umask((mode_t)s->a);
}

static void lose_working_directory(const struct scenario *s)
{
    (void)s;
    if (mkdir("gone", 0755) != 0 && errno != EEXIST)
        give_up("mkdir");
    check(open_at(20, open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), O_CLOEXEC), "open");
    check(chdir("gone"), "chdir");
    check(unlinkat(20, "gone", AT_REMOVEDIR), "rmdir");
}

static void odd_argument(const struct scenario *s)
{
    add_argument(s->text);
}

static void empty_arguments(const struct scenario *s)
{
    (void)s;
    add_argument("");
    add_argument("between");
    add_argument("");
}

static void own_option_as_argument(const struct scenario *s)
{
    (void)s;
    add_argument("--");
    add_argument("--wrap-config");
    add_argument("/nonexistent");
    add_argument("--wrap-config=/nonexistent");
}

static void long_argument(const struct scenario *s)
{
    add_argument(filled("", 'x', (size_t)s->a));
}

static void many_arguments(const struct scenario *s)
{
    char text[32];
    for (long i = 0; i < s->a; i++) {
        snprintf(text, sizeof text, "arg%ld", i);
        add_argument(text);
    }
}

static void empty_environment(const struct scenario *s)
{
    (void)s;
    environment_count = 0;
    environment[0] = NULL;
}

static void odd_entry(const struct scenario *s)
{
    add_entry(s->text);
    add_entry("AFTER=1");
}

static void odd_entries(const struct scenario *s)
{
    (void)s;
    static const char *const odd[] = { "no-equals-sign", "", "=", "==", "=value", "EMPTY=", "TWICE=first", "TWICE=second",
        "TWICE=first", "bad=\xff\xfe\x80", "\xc3\x28=bad name", "TAB\t=\t", "LINE=a\nb", "HOME=/elsewhere", "LAST" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        add_entry(odd[i]);
}

/* What a daemon that is itself a .NET program would hand down. */
static void runtime_entries(const struct scenario *s)
{
    (void)s;
    static const char *const entries[] = { "A=1", "DOTNET_GCHeapHardLimit=1", "B=2", "DOTNET_gcServer=1",
        "DOTNET_GCgen0size=1000000", "DOTNET_GCHeapCount=2", "C=3", "COMPlus_GCHeapHardLimit=1", "COMPlus_gcServer=1",
        "DOTNET_TieredCompilation=0", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0", "DOTNET_", "DOTNET", "DOTNET_ROOT=/nonexistent",
        "CORECLR_ENABLE_PROFILING=1", "D=4", "DOTNET_GCHeapHardLimit=2", "E=5", "dotnet_gcserver=1", "DOTNET_gcServer=0" };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        add_entry(entries[i]);
}

static void loader_entries(const struct scenario *s)
{
    (void)s;
    static const char *const entries[] = { "LD_LIBRARY_PATH=/nonexistent:.", "LD_PRELOAD=", "LD_BIND_NOW=1",
        "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.malloc.arena_max=1", "MALLOC_ARENA_MAX=1", "LOCPATH=/nonexistent" };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        add_entry(entries[i]);
}

static void locale_entries(const struct scenario *s)
{
    (void)s;
    static const char *const entries[] = { "LC_ALL=garbage.none@x", "LANG=tr_TR.UTF-8", "LANGUAGE=::", "TZ=:/nonexistent",
        "TERM=dumb", "TMPDIR=/nonexistent", "PATH=" };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        add_entry(entries[i]);
}

static void many_entries(const struct scenario *s)
{
    char text[64];
    for (long i = 0; i < s->a; i++) {
        snprintf(text, sizeof text, "ENTRY_%04ld=%ld", i, i * i);
        add_entry(text);
    }
}

static void long_entry(const struct scenario *s)
{
    add_entry(filled("LONG=", 'y', (size_t)s->a));
}

static void set_nice(const struct scenario *s)
{
    check_privileged(setpriority(PRIO_PROCESS, 0, (int)s->a), "setpriority", "CAP_SYS_NICE");
}

static void set_scheduler(const struct scenario *s)
{
    struct sched_param param = { .sched_priority = (int)s->b };
    check_privileged(sched_setscheduler(0, (int)s->a, &param), "sched_setscheduler", "CAP_SYS_NICE");
}

static void one_cpu(const struct scenario *s)
{
    (void)s;
    cpu_set_t allowed, one;
    check(sched_getaffinity(0, sizeof allowed, &allowed), "sched_getaffinity");
    CPU_ZERO(&one);
    int cpu = CPU_SETSIZE - 1;
    while (!CPU_ISSET(cpu, &allowed))
        cpu--;
    CPU_SET(cpu, &one);
    check(sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
}

static void set_ioprio(const struct scenario *s)
{
    check_privileged(syscall(SYS_ioprio_set, 1, 0, s->a), "ioprio_set", "CAP_SYS_ADMIN or CAP_SYS_NICE");
}

/* a: the option, b: its value, text: the capability it needs */
static void set_prctl(const struct scenario *s)
{
    check_privileged(prctl((int)s->a, s->b, 0, 0, 0), "prctl", s->text ? s->text : "none");
}

static void set_personality(const struct scenario *s)
{
    check(personality((unsigned long)s->a), "personality");
}

static void write_file(const char *path, const char *text, const char *capability)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    check(fd, path);
    check_privileged(write(fd, text, strlen(text)), path, capability);
    close(fd);
}

static void oom_score(const struct scenario *s)
{
    write_file("/proc/self/oom_score_adj", s->text, "CAP_SYS_RESOURCE");
}

static void coredump_filter(const struct scenario *s)
{
    write_file("/proc/self/coredump_filter", s->text, "none");
}

static void set_timer(const struct scenario *s)
{
    struct itimerval timer = { .it_value = { s->b, 0 }, .it_interval = { s->c, 250000 } };
    check(setitimer((int)s->a, &timer, NULL), "setitimer");
}

static void set_alarm(const struct scenario *s)
{
    alarm((unsigned)s->a);
}

static void hold_flock(const struct scenario *s)
{
    (void)s;
    check(flock(open_at(20, scratch_file("locked"), 0), LOCK_EX | LOCK_NB), "flock");
}

static void hold_record_lock(const struct scenario *s)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 5 };
    check(fcntl(open_at(20, scratch_file("locked"), 0), (int)s->a, &lock), "fcntl");
}

static void new_uts_namespace(const struct scenario *s)
{
    (void)s;
    check_privileged(unshare(CLONE_NEWUTS), "unshare", "CAP_SYS_ADMIN");
}

static void set_groups(const struct scenario *s)
{
    (void)s;
    gid_t groups[] = { 5, 1000, 70000 };
    check_privileged(setgroups(3, groups), "setgroups", "CAP_SETGID");
}

static void set_capabilities(unsigned permitted, unsigned inheritable)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { { permitted, permitted, inheritable }, { 0, 0, 0 } };
    check_privileged(syscall(SYS_capset, &header, data), "capset", "CAP_NET_BIND_SERVICE");
}

/* Root in name only: with these bits an exec gives nothing back. */
static void no_capabilities(const struct scenario *s)
{
    (void)s;
    check_privileged(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP, 0, 0, 0), "securebits", "CAP_SETPCAP");
    set_capabilities(0, 0);
}

static void ambient_capability(const struct scenario *s)
{
    (void)s;
    check_privileged(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT, 0, 0, 0), "securebits", "CAP_SETPCAP");
    set_capabilities(1u << CAP_NET_BIND_SERVICE, 1u << CAP_NET_BIND_SERVICE);
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0), "ambient");
}

/* Refuses one system call with EPERM, as a container engine's own filter would. */
static void deny_call(const struct scenario *s)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)s->a, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof code / sizeof *code, .filter = code };
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0), "seccomp");
}

/* The terminal in an unusual mode; its other end stays open in here, so that what is written to it can be counted. */
static int odd_terminal(void)
{
    int master = open_at(30, open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), 0);
    char path[64];
    check(unlockpt(master), "unlockpt");
    if (ptsname_r(master, path, sizeof path) != 0)
        give_up("ptsname");
    int slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    check(slave, path);

    struct termios t;
    check(tcgetattr(slave, &t), "tcgetattr");
    t.c_iflag = (t.c_iflag & ~(tcflag_t)ICRNL) | IXOFF | INLCR;
    t.c_oflag &= ~(tcflag_t)OPOST;
    t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    t.c_cc[VMIN] = 3;
    t.c_cc[VTIME] = 7;
    t.c_cc[VINTR] = 0x01;
    cfsetspeed(&t, B4800);
    check(tcsetattr(slave, TCSANOW, &t), "tcsetattr");
    struct winsize size = { .ws_row = 13, .ws_col = 77 };
    check(ioctl(slave, TIOCSWINSZ, &size), "TIOCSWINSZ");
    check(write(master, "typed ahead", 11), "write");
    /* The kernel hands it over in its own time, and it must not be half there when the program looks. */
    for (int arrived = 0; arrived < 11;) {
        check(ioctl(slave, FIONREAD, &arrived), "FIONREAD");
        sched_yield();
    }
    return slave;
}

static void terminal_as_stdin(const struct scenario *s)
{
    (void)s;
    open_at(0, odd_terminal(), 0);
}

static void controlling_terminal(const struct scenario *s)
{
    (void)s;
    int slave = odd_terminal();
    if (getsid(0) != getpid())
        check(setsid(), "setsid");
    check(ioctl(slave, TIOCSCTTY, 0), "TIOCSCTTY");
    check(dup2(slave, 0), "dup2");
    check(dup2(slave, 1), "dup2");
    open_at(2, slave, 0);
}

static const struct scenario scenarios[] = {
    { "baseline", nothing, 0, 0, 0, NULL },

    { "ignored-hup", ignore_signal, SIGHUP, 0, 0, NULL },
    { "ignored-int", ignore_signal, SIGINT, 0, 0, NULL },
    { "ignored-quit", ignore_signal, SIGQUIT, 0, 0, NULL },
    { "ignored-ill", ignore_signal, SIGILL, 0, 0, NULL },
    { "ignored-abrt", ignore_signal, SIGABRT, 0, 0, NULL },
    { "ignored-bus", ignore_signal, SIGBUS, 0, 0, NULL },
    { "ignored-fpe", ignore_signal, SIGFPE, 0, 0, NULL },
    { "ignored-usr1", ignore_signal, SIGUSR1, 0, 0, NULL },
    { "ignored-segv", ignore_signal, SIGSEGV, 0, 0, NULL },
    { "ignored-pipe", ignore_signal, SIGPIPE, 0, 0, NULL },
    { "ignored-alrm", ignore_signal, SIGALRM, 0, 0, NULL },
    { "ignored-term", ignore_signal, SIGTERM, 0, 0, NULL },
    { "ignored-chld", ignore_signal, SIGCHLD, 0, 0, NULL },
    { "ignored-xfsz", ignore_signal, SIGXFSZ, 0, 0, NULL },
    { "ignored-32", ignore_signal, 32, 0, 0, NULL },
    { "ignored-33", ignore_signal, 33, 0, 0, NULL },
    { "ignored-34", ignore_signal, 34, 0, 0, NULL },
    { "ignored-35", ignore_signal, 35, 0, 0, NULL },
    { "ignored-64", ignore_signal, 64, 0, 0, NULL },
    { "ignored-all", ignore_all, 0, 0, 0, NULL },
    { "blocked-all", block_all, 0, 0, 0, NULL },
    { "blocked-and-ignored-all", block_and_ignore_all, 0, 0, 0, NULL },
    { "blocked-32", block, 32, 0, 0, NULL },
    { "blocked-33", block, 33, 0, 0, NULL },
    { "blocked-34", block, 34, 0, 0, NULL },
    { "blocked-32-33-34", block, 32, 33, 34, NULL },
    { "blocked-pipe", block, SIGPIPE, 0, 0, NULL },
    { "blocked-chld", block, SIGCHLD, 0, 0, NULL },
    { "blocked-segv-fpe-abrt", block, SIGSEGV, SIGFPE, SIGABRT, NULL },
    { "pending-pipe", pend, SIGPIPE, 0, 0, NULL },
    { "pending-term", pend, SIGTERM, 0, 0, NULL },
    { "pending-chld", pend, SIGCHLD, 0, 0, NULL },
    { "pending-32", pend, 32, 0, 0, NULL },
    { "pending-33", pend, 33, 0, 0, NULL },
    { "pending-34", pend, 34, 0, 0, NULL },
    { "pending-35", pend, 35, 0, 0, NULL },
    { "pending-35-twice", pend_twice, 35, 0, 0, NULL },
    { "pending-term-and-hup", pend, SIGTERM, SIGHUP, 0, NULL },
    { "pending-term-for-the-thread", pend_for_thread, SIGTERM, 0, 0, NULL },
    { "pending-usr1-ignored", pend_ignored, SIGUSR1, 0, 0, NULL },

    { "limit-nofile-low", limit, RLIMIT_NOFILE, 10, 10, NULL },
    { "limit-nofile-soft", limit, RLIMIT_NOFILE, 64, 4096, NULL },
    { "limit-core-none", limit, RLIMIT_CORE, 0, 0, NULL },
    { "limit-stack-1m", limit, RLIMIT_STACK, MIB, KEEP, NULL },
    { "limit-stack-unlimited", limit, RLIMIT_STACK, NO_LIMIT, NO_LIMIT, NULL },
    { "limit-as-400m", limit, RLIMIT_AS, 400 * MIB, 400 * MIB, NULL },
    { "limit-as-200m", limit, RLIMIT_AS, 200 * MIB, 200 * MIB, NULL },
    { "limit-data-100m", limit, RLIMIT_DATA, 100 * MIB, 100 * MIB, NULL },
    { "limit-as-soft-32m", limit, RLIMIT_AS, 32 * MIB, KEEP, NULL },
    { "limit-data-soft-2m", limit, RLIMIT_DATA, 2 * MIB, KEEP, NULL },
    { "limit-stack-soft-64k", limit, RLIMIT_STACK, 64 * KIB, KEEP, NULL },
    { "limit-rss-1m", limit, RLIMIT_RSS, MIB, MIB, NULL },
    { "limit-fsize-1m", limit, RLIMIT_FSIZE, MIB, MIB, NULL },
    { "limit-fsize-soft", limit, RLIMIT_FSIZE, 64 * KIB, KEEP, NULL },
    { "limit-nproc-1", limit, RLIMIT_NPROC, 1, 1, NULL },
    { "limit-cpu-60s", limit, RLIMIT_CPU, 60, 120, NULL },
    { "limit-memlock-none", limit, RLIMIT_MEMLOCK, 0, 0, NULL },
    { "limit-sigpending-none", limit, RLIMIT_SIGPENDING, 0, 0, NULL },

    { "closed-stdin", close_one, 0, 0, 0, NULL },
    { "closed-stdout", close_one, 1, 0, 0, NULL },
    { "closed-stderr", close_one, 2, 0, 0, NULL },
    { "closed-all-three", close_all, 0, 0, 0, NULL },
    { "descriptors-extra", extra_descriptors, 0, 0, 0, NULL },
    { "descriptor-900", high_descriptor, 900, 0, 0, NULL },
    { "descriptors-pipe", pipe_descriptors, 0, 0, 0, NULL },
    { "descriptors-socket", socket_descriptors, 0, 0, 0, NULL },
    { "stdin-nonblocking", nonblocking, 0, 0, 0, NULL },
    { "stdout-nonblocking", nonblocking, 1, 0, 0, NULL },
    { "stdin-file-offset", stdin_from_file, 0, 0, 0, NULL },
    { "stdin-unread", unread_stdin, 0, 0, 0, NULL },
    { "output-broken", broken_output, 0, 0, 0, NULL },
    { "terminal-stdin", terminal_as_stdin, 0, 0, 0, NULL },
    { "terminal-controlling", controlling_terminal, 0, 0, 0, NULL },
    { "lock-flock", hold_flock, 0, 0, 0, NULL },
    { "lock-record", hold_record_lock, F_SETLK, 0, 0, NULL },
    { "lock-description", hold_record_lock, F_OFD_SETLK, 0, 0, NULL },

    { "umask-0", set_umask, 0, 0, 0, NULL },
    { "umask-0777", set_umask, 0777, 0, 0, NULL },
    { "directory-deleted", lose_working_directory, 0, 0, 0, NULL },

    { "arguments-empty", empty_arguments, 0, 0, 0, NULL },
    { "argument-100k", long_argument, 100 * KIB, 0, 0, NULL },
    { "argument-invalid-utf8", odd_argument, 0, 0, 0, "\xff\xfe\xc3\x28\xed\xa0\x80" },
    { "argument-newlines", odd_argument, 0, 0, 0, "\na\n\nb\t\r\x01\x7f\n" },
    { "argument-double-dash", odd_argument, 0, 0, 0, "--" },
    { "arguments-own-option", own_option_as_argument, 0, 0, 0, NULL },
    { "arguments-10000", many_arguments, 10000, 0, 0, NULL },

    { "environment-empty", empty_environment, 0, 0, 0, NULL },
    { "environment-odd", odd_entries, 0, 0, 0, NULL },
    { "environment-no-equals", odd_entry, 0, 0, 0, "WITHOUT" },
    { "environment-empty-entry", odd_entry, 0, 0, 0, "" },
    { "environment-invalid-utf8", odd_entry, 0, 0, 0, "BAD=\xff\xfe\xed\xa0\x80" },
    { "environment-1000", many_entries, 1000, 0, 0, NULL },
    { "environment-100k-entry", long_entry, 100 * KIB, 0, 0, NULL },
    { "environment-dotnet", runtime_entries, 0, 0, 0, NULL },
    { "environment-gc-limit", odd_entry, 0, 0, 0, "DOTNET_GCHeapHardLimit=1" },
    { "environment-gc-server", odd_entry, 0, 0, 0, "DOTNET_gcServer=1" },
    { "environment-gc-gen0", odd_entry, 0, 0, 0, "DOTNET_GCgen0size=4000000000" },
    { "environment-gc-name", odd_entry, 0, 0, 0, "DOTNET_GCName=nonexistent.so" },
    { "environment-complus", odd_entry, 0, 0, 0, "COMPlus_GCHeapHardLimit=1" },
    { "environment-loader", loader_entries, 0, 0, 0, NULL },
    { "environment-locale", locale_entries, 0, 0, 0, NULL },

    { "nice-5", set_nice, 5, 0, 0, NULL },
    { "nice-minus-5", set_nice, -5, 0, 0, NULL },
    { "scheduler-batch", set_scheduler, SCHED_BATCH, 0, 0, NULL },
    { "scheduler-idle", set_scheduler, SCHED_IDLE, 0, 0, NULL },
    { "scheduler-round-robin", set_scheduler, SCHED_RR | SCHED_RESET_ON_FORK, 3, 0, NULL },
    { "affinity-one", one_cpu, 0, 0, 0, NULL },
    { "ioprio-best-effort-7", set_ioprio, 2 << 13 | 7, 0, 0, NULL },
    { "ioprio-real-time", set_ioprio, 1 << 13 | 4, 0, 0, NULL },
    { "no-new-privs", set_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, NULL },
    { "parent-death-signal", set_prctl, PR_SET_PDEATHSIG, SIGUSR2, 0, NULL },
    { "timer-slack", set_prctl, PR_SET_TIMERSLACK, 123456, 0, NULL },
    { "subreaper", set_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, NULL },
    { "keep-capabilities", set_prctl, PR_SET_KEEPCAPS, 1, 0, NULL },
    { "secure-bits", set_prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, "CAP_SETPCAP" },
    { "no-huge-pages", set_prctl, PR_SET_THP_DISABLE, 1, 0, NULL },
    { "not-dumpable", set_prctl, PR_SET_DUMPABLE, 0, 0, NULL },
    { "personality-no-randomize", set_personality, ADDR_NO_RANDOMIZE, 0, 0, NULL },
    { "personality-compat-layout", set_personality, ADDR_COMPAT_LAYOUT, 0, 0, NULL },
    { "oom-score-raised", oom_score, 0, 0, 0, "300" },
    { "oom-score-lowered", oom_score, 0, 0, 0, "-500" },
    { "coredump-filter", coredump_filter, 0, 0, 0, "0x7" },
    { "timer-real", set_timer, ITIMER_REAL, 2000, 3, NULL },
    { "timer-profiling", set_timer, ITIMER_PROF, 2000, 3, NULL },
    { "timer-virtual", set_timer, ITIMER_VIRTUAL, 2000, 3, NULL },
    { "alarm", set_alarm, 3000, 0, 0, NULL },
    { "namespace-uts", new_uts_namespace, 0, 0, 0, NULL },
    { "groups", set_groups, 0, 0, 0, NULL },
    { "capabilities-none", no_capabilities, 0, 0, 0, NULL },
    { "capabilities-ambient", ambient_capability, 0, 0, 0, NULL },
    { "seccomp-no-io-uring", deny_call, SYS_io_uring_setup, 0, 0, NULL },
    { "seccomp-no-membarrier", deny_call, SYS_membarrier, 0, 0, NULL },
};

int main(int argc, char **argv)
{
    size_t count = sizeof scenarios / sizeof *scenarios;
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < count; i++)
            puts(scenarios[i].name);
        return 0;
    }

    const struct scenario *chosen = NULL;
    for (size_t i = 0; i < count && argc > 3; i++)
        if (strcmp(scenarios[i].name, argv[1]) == 0)
            chosen = &scenarios[i];
    if (!chosen || strcmp(argv[2], "--") != 0 || argv[3][0] != '/') {
        fputs("usage: launcher SCENARIO -- /PROGRAM ARG.. | launcher --list\n", stderr);
        return USAGE;
    }

    for (int number = 1; number <= SIGNALS; number++)
        set_action(number, (void *)SIG_DFL);
    set_mask(0);
    check(syscall(SYS_close_range, 3, ~0U, 0), "close_range");
    umask(022);
    for (int i = 3; i < argc; i++)
        add_argument(argv[i]);
    add_entry("FIRST=1");
    add_entry("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    add_entry("HOME=/root");

    chosen->set_up(chosen);
    execve(arguments[0], arguments, environment);
    give_up(arguments[0]);
}
