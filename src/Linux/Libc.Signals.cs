using System.Runtime.InteropServices;

namespace Linux;

internal static unsafe partial class Libc
{
    // sigaction(2), signal(7)
    internal const int SIGHUP = 1;
    internal const int SIGINT = 2;
    internal const int SIGQUIT = 3;
    internal const int SIGABRT = 6;
    internal const int SIGKILL = 9;
    internal const int SIGUSR1 = 10;
    internal const int SIGUSR2 = 12;
    internal const int SIGSEGV = 11;
    internal const int SIGPIPE = 13;
    internal const int SIGTERM = 15;
    internal const int SIGCHLD = 17;
    internal const int SIGCONT = 18;
    internal const int SIGXFSZ = 25;
    internal const int SignalCount = 64;
    internal const nint SIG_DFL = 0;
    internal const nint SIG_IGN = 1;
    internal const int SIG_SETMASK = 2;
    private const nint SA_RESTORER = 0x04000000;

    // sigtimedwait(2): siginfo_t, the same on all architectures.
    internal const int SignalInformationSize = 128;

    /// <summary>
    /// The signals blocked in this thread, all 64, sigprocmask(2). Not glibc's own, which leaves out 32 and 33.
    /// </summary>
    internal static ulong GetSignalMask()
    {
        ulong mask = 0;
        syscall4(Syscalls.RtSigprocmask, SIG_SETMASK, 0, (nint)(&mask), sizeof(ulong));
        return mask;
    }

    /// <summary>Sets what <see cref="GetSignalMask"/> returns.</summary>
    internal static void SetSignalMask(ulong mask) =>
        syscall4(Syscalls.RtSigprocmask, SIG_SETMASK, (nint)(&mask), 0, sizeof(ulong));

    /// <summary>Whether a signal is ignored, sigaction(2), also for the two that glibc keeps for itself.</summary>
    internal static bool IsIgnored(int signal)
    {
        nint* action = stackalloc nint[4];
        return syscall4(Syscalls.RtSigaction, signal, 0, (nint)action, sizeof(ulong)) == 0 && action[0] == SIG_IGN;
    }

    /// <summary>Sets a signal's action to <see cref="SIG_IGN"/> or <see cref="SIG_DFL"/>, sigaction(2).</summary>
    internal static void SetAction(int signal, nint handler)
    {
        nint* action = stackalloc nint[4];
        action[0] = handler;
        action[1] = action[2] = action[3] = 0;
        syscall4(Syscalls.RtSigaction, signal, (nint)action, 0, sizeof(ulong));
    }

    /// <summary>Has a function called that does not return, sigaction(2), unless the signal is ignored. It must not throw or allocate.</summary>
    /// <returns>False if that cannot be done.</returns>
    internal static bool SetLastAction(int signal, delegate*<int, void> handler)
    {
        if (IsIgnored(signal))
        {
            return true;
        }

        nint* action = stackalloc nint[4];
        action[0] = (nint)handler;
        action[1] = SA_RESTORER;

        // The kernel calls no handler without a way back, and never takes this one.
        action[2] = (nint)handler;
        action[3] = 0;
        return syscall4(Syscalls.RtSigaction, signal, (nint)action, 0, sizeof(ulong)) == 0;
    }

    /// <summary>The signals that are blocked and wait to be delivered, sigpending(2).</summary>
    internal static ulong GetPendingSignals()
    {
        ulong pending = 0;
        syscall4(Syscalls.RtSigpending, (nint)(&pending), sizeof(ulong), 0, 0);
        return pending;
    }

    /// <summary>Takes one of the signals that wait to be delivered, sigtimedwait(2). False if none is left.</summary>
    /// <param name="signals">The signals.</param>
    /// <param name="information">Room for <see cref="SignalInformationSize"/> bytes, siginfo_t.</param>
    internal static bool TakePendingSignal(ulong signals, byte* information)
    {
        long* atOnce = stackalloc long[2];
        atOnce[0] = atOnce[1] = 0;
        return syscall4(Syscalls.RtSigtimedwait, (nint)(&signals), (nint)information, (nint)atOnce, sizeof(ulong)) > 0;
    }

    /// <summary>Sends this process a signal as it was taken, rt_sigqueueinfo(2).</summary>
    internal static void SendSignal(byte* information) =>
        syscall4(Syscalls.RtSigqueueinfo, getpid(), *(int*)information, (nint)information, 0);

    /// <summary>A close-on-exec descriptor from which blocked signals can be read, signalfd(2); -1 if there can be none.</summary>
    internal static int SignalDescriptor(ulong signals)
    {
        int fd = signalfd(-1, &signals, O_CLOEXEC | O_NONBLOCK);
        return fd is >= 0 and <= 2 ? MoveAboveStandard(fd) : fd;
    }

    /// <summary>Takes a signal from such a descriptor; 0 if none is there.</summary>
    internal static int ReadSignal(int fd)
    {
        // struct signalfd_siginfo, the same size on all architectures; its first member is the signal.
        byte* information = stackalloc byte[SignalInformationSize];
        return Read(fd, information, SignalInformationSize) == SignalInformationSize ? *(int*)information : 0;
    }

    /// <summary>A signal's name, such as SIGTERM, sigabbrev_np(3).</summary>
    internal static string SignalName(int signal) =>
        Marshal.PtrToStringUTF8((nint)sigabbrev_np(signal)) is { } name ? "SIG" + name : $"signal {signal}";

    /// <summary>kill(2)</summary>
    [DllImport("libc"), SuppressGCTransition]
    internal static extern int kill(int pid, int signal);

    [DllImport("libc"), SuppressGCTransition]
    private static extern int signalfd(int fd, ulong* mask, int flags);

    [DllImport("libc"), SuppressGCTransition]
    private static extern byte* sigabbrev_np(int signal);
}
