using System.Runtime.CompilerServices;
using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>Starts a process that outlives this one and has nothing of whoever started that: its session, descriptors, directory.</summary>
internal static unsafe class ListenerProcess
{
    /// <summary>The descriptor of the socket in the new process.</summary>
    internal const int Socket = 3;

    private struct Child
    {
        internal byte* Path;
        internal byte** Arguments;
        internal byte** Environment;
        internal int Socket;
        internal int Null;
        internal int Errno;
    }

    /// <summary>Starts this program again.</summary>
    /// <param name="socket">The socket that it is to listen at; closed here.</param>
    /// <param name="words">Its command line, behind its name.</param>
    internal static void Start(int socket, IEnumerable<string> words)
    {
        var program = new FilePath(Environment.ProcessPath ?? "/proc/self/exe");
        using var arguments = new NativeStrings(["seccomp-recorder", .. words]);
        using var environment = new NativeStrings([]);
        int error;
        fixed (byte* path = program.Terminated, nothing = "/dev/null\0"u8)
        {
            var child = new Child
            {
                Path = path,
                Arguments = arguments.Pointer,
                Environment = environment.Pointer,
                Socket = socket,
                Null = Libc.Open(nothing, Libc.O_RDWR),
            };
            error = Libc.RunInChild(&Become, &child, 0) < 0 ? Libc.Errno : child.Errno;
            _ = Libc.close(child.Null);
        }

        _ = Libc.close(socket);
        if (error != 0)
        {
            throw new OciHooksException($"{program}: cannot be started: {Libc.ErrorText(error)}; install it again");
        }
    }

    /// <summary>The child: leaves all behind and executes the program. Does not return, allocate or throw.</summary>
    private static int Become(void* argument)
    {
        ref Child child = ref Unsafe.AsRef<Child>(argument);
        byte* root = stackalloc byte[2] { (byte)'/', 0 };
        _ = Libc.setsid();
        bool isReady = Libc.dup2(child.Null, 0) == 0 && Libc.dup2(child.Null, 1) == 1 && Libc.dup2(child.Null, 2) == 2
            && Libc.chdir(root) == 0;

        // Where it is there already, it would be closed by the program that is executed.
        isReady = isReady && (child.Socket == Socket || Libc.dup2(child.Socket, Socket) == Socket)
            && Libc.close_range(Socket + 1, uint.MaxValue, 0) == 0;
        if (isReady)
        {
            Libc.KeepOnExec(Socket);
            _ = Libc.execve(child.Path, child.Arguments, child.Environment);
        }

        child.Errno = Libc.Errno;
        Libc._exit(1);
        return 0;
    }
}
