using System.Runtime.InteropServices;
using Linux;

namespace HookCtl.Processes;

/// <summary>
/// Ends what hookctl has started when hookctl is asked to end; then the signal does to hookctl what it does to any program, unless
/// somebody else has put that off: then it does so at the end.
/// </summary>
internal static class TerminationSignals
{
    /// <summary>Those that ask a program to end, signal(7), except where they are ignored, as by nohup(1).</summary>
    private static readonly (PosixSignal Signal, int Number)[] s_signals =
    [
        (PosixSignal.SIGHUP, Libc.SIGHUP), (PosixSignal.SIGINT, Libc.SIGINT), (PosixSignal.SIGQUIT, Libc.SIGQUIT), (PosixSignal.SIGTERM, Libc.SIGTERM),
    ];

    private static readonly CancellationTokenSource s_asked = new();
    private static readonly List<PosixSignalRegistration> s_registrations = [];
    private static volatile int s_received;

    /// <summary>From now on, until hookctl ends, waits for such a signal.</summary>
    /// <returns>Is cancelled when hookctl is asked to end. Whoever has put off the end has what it cleans up run without it.</returns>
    internal static CancellationToken Watch()
    {
        foreach ((PosixSignal signal, int number) in s_signals.Where(known => !Libc.IsIgnored(known.Number)))
        {
            s_registrations.Add(PosixSignalRegistration.Create(signal, _ => Cancel(number)));
        }

        return s_asked.Token;
    }

    /// <summary>Does not return if hookctl was asked to end.</summary>
    internal static void EndIfAsked()
    {
        if (s_received != 0)
        {
            Libc.SetAction(s_received, Libc.SIG_DFL);
            _ = Libc.kill(Libc.getpid(), s_received);
        }
    }

    private static void Cancel(int signal)
    {
        s_received = signal;
        s_asked.Cancel();
    }
}
