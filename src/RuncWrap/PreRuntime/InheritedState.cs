using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>
/// The part of the process's state that survives execve(2) and that is changed for the managed runtime or by it: limits, which
/// signals are ignored, which are blocked, and which of the blocked wait to be delivered.
/// </summary>
internal unsafe struct InheritedState
{
    /// <summary>What the runtime ignores, unblocks or handles, and so loses if it waits: SIGPIPE, 32, 33 and 34.</summary>
    private const ulong LostIfPending = (1UL << (Libc.SIGPIPE - 1)) | (1UL << 31) | (1UL << 32) | (1UL << 33);

    /// <summary>Real-time signals queue up; no more than these are kept.</summary>
    private const int MaxPending = 16;

    private ulong _mask;
    private ulong _ignored;
    private int _pendingCount;
    private fixed byte _pending[MaxPending * Libc.SignalInformationSize];

    /// <summary>Whether standard error was open: once the runtime runs, something else may have its number.</summary>
    internal bool HasStandardError;

    /// <summary>What the managed runtime works under.</summary>
    internal RaisedLimits Limits;

    /// <summary>Notes the state; to be called before the managed runtime starts.</summary>
    internal void Capture()
    {
        _mask = Libc.GetSignalMask();
        HasStandardError = Libc.IsOpen(2);
        for (int signal = 1; signal <= Libc.SignalCount; signal++)
        {
            if (Libc.IsIgnored(signal))
            {
                _ignored |= Bit(signal);
            }
        }

        if ((Libc.GetPendingSignals() & LostIfPending) != 0)
        {
            TakePending();
        }
    }

    /// <summary>
    /// Brings the state back; to be called right before execve. Only ignored signals are touched: execve resets caught ones, and
    /// taking the runtime's handlers from under it would end its threads.
    /// </summary>
    internal readonly void Restore()
    {
        RestoreForChild();
        fixed (byte* pending = _pending)
        {
            for (int i = 0; i < _pendingCount; i++)
            {
                Libc.SendSignal(pending + (i * Libc.SignalInformationSize));
            }
        }
    }

    /// <summary>As <see cref="Restore"/> for a child, which no signal waits for.</summary>
    internal readonly void RestoreForChild()
    {
        Limits.Restore();
        for (int signal = 1; signal <= Libc.SignalCount; signal++)
        {
            bool ignored = (_ignored & Bit(signal)) != 0;
            if (ignored != Libc.IsIgnored(signal))
            {
                Libc.SetAction(signal, ignored ? Libc.SIG_IGN : Libc.SIG_DFL);
            }
        }

        Libc.SetSignalMask(_mask);
    }

    private void TakePending()
    {
        fixed (byte* pending = _pending)
        {
            while (_pendingCount < MaxPending
                && Libc.TakePendingSignal(LostIfPending, pending + (_pendingCount * Libc.SignalInformationSize)))
            {
                _pendingCount++;
            }
        }
    }

    private static ulong Bit(int signal) => 1UL << (signal - 1);
}
