using System.Runtime.InteropServices;

namespace HookCtl.Processes;

/// <summary>
/// While there is one, a signal that asks hookctl to end does so no earlier than when the command has ended: what was begun is finished, or
/// taken back. <see cref="TerminationSignals"/> cancels what it waits for.
/// </summary>
internal sealed class TerminationDelay : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly PosixSignalRegistration[] _registrations =
        [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
