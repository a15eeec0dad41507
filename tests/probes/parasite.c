// Does to a process what criu does before it puts code of its own there: attaches to it, suspends its seccomp filters, and has it go on
// if it is stopped. Ends with it. Usage: parasite PID
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#ifndef PTRACE_O_SUSPEND_SECCOMP
#define PTRACE_O_SUSPEND_SECCOMP (1 << 21)
#endif

int main(int count, char **arguments)
{
    int status;
    pid_t process = count == 2 ? (pid_t)atol(arguments[1]) : 0;
    if (process <= 0 || ptrace(PTRACE_SEIZE, process, NULL, (void *)(long)PTRACE_O_SUSPEND_SECCOMP))
        return perror("parasite"), 1;
    kill(process, SIGCONT);
    while (waitpid(process, &status, __WALL) == process && !WIFEXITED(status) && !WIFSIGNALED(status))
        ptrace(PTRACE_CONT, process, NULL, NULL);
    return 0;
}
