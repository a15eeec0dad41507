using System.Runtime.InteropServices;
using HookEngine.Running.Supervision;
using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>
/// Watches a hook under limits that leave no room for the managed runtime and that this process may not raise. The hook has the runtime's own
/// descriptors and no more than its time; it is not logged, and what has left its process group is not ended with it. Nothing in here may
/// allocate, throw, or touch a type with a static constructor.
/// </summary>
internal static unsafe class PreRuntimeMonitor
{
    private const double UsualTimeout = 30_000;
    private const double UsualGrace = 2_000;

    /// <summary>How long it may take to die when killed, in milliseconds: it may be in an uninterruptible sleep.</summary>
    private const double KillTimeout = 2_000;

    /// <summary>Runs to the hook's end.</summary>
    /// <returns>The exit code. Where the hook was ended by a signal, this process is, too.</returns>
    internal static int Run(in StartContext start)
    {
        ref readonly HookProcess hook = ref start.Hook;
        if (hook.IsMissing)
        {
            EarlyReport.Write(start, "ocihooks-supervisor was given no hook; it is not to be called by hand"u8);
            return OciHooksException.WrapperFailure;
        }

        ReadOnlySpan<byte> path = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(hook.Arguments[hook.PathIndex]);
        bool propagatesFailure = !hook.HasOption(SupervisorOptions.GoesOnBytes) && !hook.HasOption(SupervisorOptions.PoststopBytes);
        if (hook.StartError != 0)
        {
            EarlyReport.WriteForHook(start, path, " could not be started\n"u8);
            return propagatesFailure ? HookExit.StartFailureCode(hook.StartError) : 0;
        }

        int status = Await(hook, out bool isTimedOut);
        hook.ReleaseGroup();
        if (isTimedOut)
        {
            EarlyReport.WriteForHook(start, path, " ran past its timeout and was ended\n"u8);
            return propagatesFailure ? HookExit.TimeoutCode : 0;
        }

        if ((status & 0x7F) != 0 && propagatesFailure)
        {
            HookExit.EndBySignal(status & 0x7F);
        }

        return propagatesFailure ? (status >> 8) & 0xFF : 0;
    }

    /// <summary>Waits for the hook, passing signals on to it.</summary>
    /// <returns>Its status, wait(2).</returns>
    private static int Await(in HookProcess hook, out bool isTimedOut)
    {
        isTimedOut = false;
        bool isEnding = false;
        bool isKilled = false;
        double grace = Milliseconds(hook.Option(SupervisorOptions.KillGraceBytes), UsualGrace);
        double deadline = hook.StartedAt + Milliseconds(hook.Option(SupervisorOptions.TimeoutBytes), UsualTimeout);
        while (true)
        {
            if (HasEnded(hook.Pid, out int status))
            {
                return status;
            }

            if (Libc.Milliseconds() >= deadline)
            {
                if (isKilled)
                {
                    return Libc.SIGKILL;
                }

                isTimedOut |= !isEnding;
                isKilled = isEnding;
                hook.SignalGroup(isEnding ? Libc.SIGKILL : Libc.SIGTERM);
                hook.SignalGroup(Libc.SIGCONT);
                isEnding = true;
                deadline = Libc.Milliseconds() + (isKilled ? KillTimeout : grace);
            }

            _ = Libc.IsReadableWithin(hook.Signals, deadline - Libc.Milliseconds());
            for (int signal = Libc.ReadSignal(hook.Signals); signal != 0; signal = Libc.ReadSignal(hook.Signals))
            {
                if (signal == Libc.SIGCHLD)
                {
                    continue;
                }

                hook.SignalGroup(signal);
                if (!isEnding && signal is not (Libc.SIGUSR1 or Libc.SIGUSR2))
                {
                    hook.SignalGroup(Libc.SIGCONT);
                    isEnding = true;
                    deadline = Libc.Milliseconds() + grace;
                }
            }
        }
    }

    /// <summary>Waits for those that have ended, orphans among them.</summary>
    private static bool HasEnded(int hook, out int status)
    {
        int ended = 0;
        int pid;
        do
        {
            pid = Libc.waitpid_unstopped(-1, &ended, Libc.WNOHANG);
        }
        while (pid > 0 && pid != hook);
        status = ended;
        return pid == hook;
    }

    private static double Milliseconds(ReadOnlySpan<byte> digits, double otherwise)
    {
        double value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return otherwise;
            }

            value = (10 * value) + (digit - '0');
        }

        return digits.IsEmpty ? otherwise : value;
    }
}
