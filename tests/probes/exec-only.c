/*
 * exec-only: the floor a wrapper can reach. `exec-only RUNTIME ARG..` becomes RUNTIME ARG.. and does nothing else.
 * The benchmarks measure against it, and the transparency tests use it to show that they find no difference where
 * there is none.
 */
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
    if (argc < 2)
        return 125;
    execve(argv[1], argv + 1, envp);
    return 127;
}
