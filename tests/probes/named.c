/*
 * named: starts a program under a name that is not its path's.
 *
 *     named NAME PROGRAM ARG..           becomes PROGRAM, whose first argument is NAME
 *     named --fork NAME PROGRAM ARG..    starts it as a child, as a runtime starts a hook, and ends as the child does
 *
 * Everything else is handed down as it came. Exit code of its own: 70.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 70 };

int main(int argc, char **argv, char **envp)
{
    int forks = argc > 1 && strcmp(argv[1], "--fork") == 0;
    char **line = argv + 1 + forks;
    if (argc < 3 + forks)
        return FAILED;

    /* Were it ignored, the child's end would not be told. */
    struct sigaction inherited, standard = { .sa_handler = SIG_DFL };
    if (forks)
        sigaction(SIGCHLD, &standard, &inherited);
    pid_t child = forks ? fork() : 0;
    if (child == 0) {
        if (forks)
            sigaction(SIGCHLD, &inherited, NULL);
        char *program = line[1];
        line[1] = line[0];
        execve(program, line + 1, envp);
        _exit(FAILED);
    }

    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return FAILED;
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}
