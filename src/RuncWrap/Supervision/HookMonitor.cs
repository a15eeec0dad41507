using HookEngine.Model;
using HookEngine.Running.Supervision;
using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Supervision;

/// <summary>
/// Waits for a hook to end, while its state goes in and its output comes out. Past its time, or when the supervisor is told to end, the
/// hook's process group gets a signal, and after a grace all its descendants are killed.
/// </summary>
internal sealed unsafe class HookMonitor : IDisposable
{
    /// <summary>How often orphans are looked for while descendants are killed, in milliseconds.</summary>
    private const double KillInterval = 1;

    /// <summary>
    /// How many intervals may pass in which none of the killed has gone, as one in an uninterruptible sleep does not. Not a time: where the
    /// machine is busy, the killed and this process wait for their turns.
    /// </summary>
    private const int MaxIdleIntervals = 80;

    /// <summary>
    /// How long killing goes on, in milliseconds: there may be no end of them. Not before they were killed <see cref="LeastKills"/> times.
    /// </summary>
    private const double KillLimit = 2000;

    /// <summary>
    /// How often descendants are killed before the supervisor gives up on those that come anew. Where the machine is busy, it gets few
    /// turns in <see cref="KillLimit"/>.
    /// </summary>
    private const int LeastKills = 1000;

    /// <summary>How long the runtime may take to end the state of a hook that was killed, in milliseconds.</summary>
    private const double DrainTimeout = 1000;

    /// <summary>How long ended children are taken leave of at a time, in milliseconds: there may be no end of them.</summary>
    private const double ReapSlice = 5;

    private readonly HookProcess _hook;
    private readonly SupervisorOptions _options;
    private double _deadline;
    private Phase _phase;
    private bool _isOver;
    private bool _hasChildren = true;
    private bool _hasUnreaped;
    private int? _status;
    private double _endedAt;
    private bool _timedOut;
    private int _stoppedBy;
    private int _killed;
    private int _kills;
    private int _idleIntervals;

    internal HookMonitor(in HookProcess hook, SupervisorOptions options)
    {
        _hook = hook;
        _options = options;
        _deadline = hook.StartedAt + (hook.StartError == Libc.ESRCH ? DrainTimeout : options.Timeout.TotalMilliseconds);
        _status = hook.Pid == 0 ? 0 : null;
        _endedAt = hook.StartedAt;

        // Where there is nobody to give it to, the runtime still writes it.
        bool isStateTaken = hook.Input >= 0 || (hook.Pid == 0 && hook.HasState);
        State = new StateRelay(hook.Input, isStateTaken, new ReadOnlySpan<byte>(hook.State, hook.StateLength));
        Output = new OutputTail(hook.Output);
        Error = new OutputTail(hook.Error);
        _isOver = _status is not null && State.IsComplete;
    }

    private enum Phase
    {
        Running,

        /// <summary>It was told to end.</summary>
        Ending,

        /// <summary>It is being killed.</summary>
        Killing,

        /// <summary>It is gone, and the runtime still writes the state.</summary>
        Draining,
    }

    /// <summary>The container's state on its way to the hook.</summary>
    internal StateRelay State { get; }

    /// <summary>Whose hook it is.</summary>
    internal ContainerState Container =>
        _options.Stage == HookStage.Precreate ? new ContainerState(_options.ContainerId, _options.Bundle) : State.Container;

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
    internal HookResult WaitForExit()
    {
        while (!_isOver)
        {
            Step();
        }

        Output.Finish();
        Error.Finish();
        return new HookResult
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

        _hook.ReleaseGroup();
        State.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private void Step()
    {
        Await();
        Reap();
        bool isGone = _phase == Phase.Running ? _status is not null : !_hasChildren;
        if (isGone && State.IsComplete)
        {
            _isOver = true;
        }
        else if (isGone && _phase is Phase.Ending or Phase.Killing)
        {
            Enter(Phase.Draining, DrainTimeout);
        }
        else if (!_isOver && (_phase == Phase.Killing || Libc.Milliseconds() >= _deadline))
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
        double timeout = _phase == Phase.Killing ? KillInterval : _deadline - Libc.Milliseconds();
        timeout = _hasUnreaped ? 0 : timeout;
        if (Libc.poll(entries, 5, (int)Math.Max(Math.Ceiling(timeout), 0)) <= 0)
        {
            _idleIntervals++;
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

            if (_status is not null && _phase == Phase.Running)
            {
                // The hook is done already; it is the runtime that has not ended the state.
                _isOver = true;
            }
            else if (signal is Libc.SIGUSR1 or Libc.SIGUSR2 || _phase != Phase.Running)
            {
                _hook.SignalGroup(signal);
            }
            else
            {
                _stoppedBy = signal;
                AskToEnd(signal);
            }
        }
    }

    private void AskToEnd(int signal)
    {
        _hook.SignalGroup(signal);

        // A stopped process gets the signal when it goes on.
        _hook.SignalGroup(Libc.SIGCONT);
        Enter(Phase.Ending, _options.KillGrace.TotalMilliseconds);
    }

    /// <summary>Waits for children, orphans among them, but not for the leader of the group, which sends no signal, wait(2).</summary>
    private void Reap()
    {
        int status;
        int pid = Libc.waitpid(-1, &status, Libc.WNOHANG);
        double until = pid > 0 ? Libc.Milliseconds() + ReapSlice : 0;
        while (pid > 0)
        {
            _killed += _phase == Phase.Killing && (status & 0x7F) == Libc.SIGKILL ? 1 : 0;
            _idleIntervals = 0;
            if (pid == _hook.Pid)
            {
                _status = status;
                _endedAt = Libc.Milliseconds();
                State.CloseTarget();
            }

            if (Libc.Milliseconds() >= until)
            {
                break;
            }

            pid = Libc.waitpid(-1, &status, Libc.WNOHANG);
        }

        _hasUnreaped = pid > 0;
        _hasChildren = pid >= 0;
    }

    /// <summary>The time is up.</summary>
    private void Escalate()
    {
        switch (_phase)
        {
            case Phase.Running when _status is null:
                _timedOut = true;
                AskToEnd(Libc.SIGTERM);
                break;
            case Phase.Ending:
                Enter(Phase.Killing, KillLimit);
                KillAll();
                break;
            case Phase.Killing:
                KillAll();
                _isOver = _idleIntervals >= MaxIdleIntervals || (_kills >= LeastKills && Libc.Milliseconds() >= _deadline);
                break;
            default:
                _isOver = true;
                break;
        }
    }

    private void Enter(Phase phase, double timeout)
    {
        _phase = phase;
        _idleIntervals = 0;
        _deadline = Libc.Milliseconds() + timeout;
    }

    /// <summary>The group at once, so that none of it can fork meanwhile; then whoever has left it.</summary>
    private void KillAll()
    {
        _kills++;
        _hook.SignalGroup(Libc.SIGKILL);
        Descendants.KillChildren();
    }
}
