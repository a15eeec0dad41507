using HookEngine.Linux;
using HookEngine.Supervision;

namespace RuncWrap.Supervision;

/// <summary>
/// Waits for a hook to end, while its state goes in and its output comes out. Past its time, or when the supervisor is told to end, the
/// hook's process group gets a signal, and after a grace all its descendants are killed.
/// </summary>
internal sealed unsafe class HookWatch : IDisposable
{
    /// <summary>How long the killed may take to be gone, in milliseconds. One in an uninterruptible sleep takes longer.</summary>
    private const double KillPatience = 90;

    /// <summary>How often orphans are looked for while descendants are killed, in milliseconds.</summary>
    private const double KillInterval = 5;

    private readonly HookProcess _hook;
    private readonly SupervisorOrder _order;
    private double _deadline;
    private Phase _phase;
    private bool _isOver;
    private bool _hasChildren = true;
    private int? _status;
    private double _endedAt;
    private bool _timedOut;
    private int _stoppedBy;
    private int _killed;

    internal HookWatch(in HookProcess hook, SupervisorOrder order)
    {
        _hook = hook;
        _order = order;
        _deadline = hook.StartedAt + order.Timeout.TotalMilliseconds;
        _status = hook.Pid == 0 ? 0 : null;
        _endedAt = hook.StartedAt;
        State = new StateRelay(hook.Input);
        Output = new OutputTail(hook.Output);
        Error = new OutputTail(hook.Error);
    }

    private enum Phase
    {
        Running,

        /// <summary>It was told to end.</summary>
        Ending,

        /// <summary>It is being killed.</summary>
        Killing,
    }

    /// <summary>The container's state on its way to the hook.</summary>
    internal StateRelay State { get; }

    /// <summary>What the hook writes to standard output.</summary>
    internal OutputTail Output { get; }

    /// <summary>What the hook writes to standard error.</summary>
    internal OutputTail Error { get; }

    /// <summary>Waits until it is known whose hook it is.</summary>
    internal void AwaitState()
    {
        while (!_isOver && !State.IsComplete)
        {
            Step();
        }
    }

    /// <summary>Waits for the end.</summary>
    internal HookEnding AwaitEnd()
    {
        while (!_isOver)
        {
            Step();
        }

        Output.Finish();
        Error.Finish();
        return new HookEnding
        {
            StartError = _hook.StartError,
            Status = _status,
            Duration = (_status is null ? Libc.Milliseconds() : _endedAt) - _hook.StartedAt,
            TimedOut = _timedOut,
            StoppedBy = _stoppedBy,
            Killed = _killed,
            HasSurvivors = _phase == Phase.Killing && _hasChildren,
        };
    }

    /// <summary>Ends the hook with all its descendants.</summary>
    public void Dispose()
    {
        if (!_isOver)
        {
            KillAll();
        }

        State.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private void Step()
    {
        Await();
        Reap();
        _isOver |= _phase == Phase.Running ? _status is not null && State.IsComplete : !_hasChildren;
        if (!_isOver && (_phase == Phase.Killing || Libc.Milliseconds() >= _deadline))
        {
            Escalate();
        }
    }

    /// <summary>Waits until something happens or the time is up, and passes on what is there.</summary>
    private void Await()
    {
        PollEntry* entries = stackalloc PollEntry[5];
        entries[0] = new PollEntry { Descriptor = _hook.Signals, Wanted = Libc.POLLIN };
        entries[1] = State.Source;
        entries[2] = State.Target;
        entries[3] = Output.Source;
        entries[4] = Error.Source;
        double patience = _deadline - Libc.Milliseconds();
        patience = _phase == Phase.Killing ? Math.Min(patience, KillInterval) : patience;
        if (Libc.poll(entries, 5, (int)Math.Max(Math.Ceiling(patience), 0)) <= 0)
        {
            return;
        }

        if (entries[0].Happened != 0)
        {
            ReadSignals();
        }

        if (entries[1].Happened != 0)
        {
            State.Receive();
        }

        if ((entries[2].Happened & ~Libc.POLLOUT) != 0)
        {
            State.CloseTarget();
        }
        else if (entries[2].Happened != 0)
        {
            State.Deliver();
        }

        if (entries[3].Happened != 0)
        {
            Output.Receive();
        }

        if (entries[4].Happened != 0)
        {
            Error.Receive();
        }
    }

    private void ReadSignals()
    {
        for (int signal = Libc.ReadSignal(_hook.Signals); signal != 0; signal = Libc.ReadSignal(_hook.Signals))
        {
            if (signal == Libc.SIGCHLD)
            {
                continue;
            }

            SignalGroup(signal);
            if (_phase == Phase.Running && _status is not null)
            {
                // The hook is done already; it is the runtime that has not ended the state.
                _isOver = true;
            }
            else if (_phase == Phase.Running && signal is not (Libc.SIGUSR1 or Libc.SIGUSR2))
            {
                _stoppedBy = signal;
                Enter(Phase.Ending, _order.KillGrace.TotalMilliseconds);
            }
        }
    }

    private void Reap()
    {
        int status;
        int pid = Libc.waitpid(-1, &status, Libc.WNOHANG | Libc.__WALL);
        for (; pid > 0; pid = Libc.waitpid(-1, &status, Libc.WNOHANG | Libc.__WALL))
        {
            _killed += _phase == Phase.Killing && (status & 0x7F) == Libc.SIGKILL ? 1 : 0;
            if (pid == _hook.Pid)
            {
                _status = status;
                _endedAt = Libc.Milliseconds();
                State.CloseTarget();
            }
        }

        _hasChildren = pid == 0;
    }

    /// <summary>The time is up.</summary>
    private void Escalate()
    {
        switch (_phase)
        {
            case Phase.Running when _status is not null:
                _isOver = true;
                break;
            case Phase.Running:
                _timedOut = true;
                SignalGroup(Libc.SIGTERM);

                // A stopped process gets the signal when it goes on.
                SignalGroup(Libc.SIGCONT);
                Enter(Phase.Ending, _order.KillGrace.TotalMilliseconds);
                break;
            case Phase.Ending:
                Enter(Phase.Killing, KillPatience);
                KillAll();
                break;
            default:
                Descendants.KillChildren();
                _isOver = Libc.Milliseconds() >= _deadline;
                break;
        }
    }

    private void Enter(Phase phase, double patience)
    {
        _phase = phase;
        _deadline = Libc.Milliseconds() + patience;
    }

    /// <summary>The group at once, so that none of it can fork meanwhile; then whoever has left it.</summary>
    private void KillAll()
    {
        SignalGroup(Libc.SIGKILL);
        Descendants.KillChildren();
    }

    /// <summary>Once the hook's status is taken, its number may be that of another process.</summary>
    private void SignalGroup(int signal)
    {
        if (_status is null && _hook.Pid > 0)
        {
            _ = Libc.kill(-_hook.Pid, signal);
        }
    }
}
