using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HookEngine.Running.Supervision;
using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>
/// A hook, started as the runtime would have started it, but in another process group and with its input and output passing
/// through pipes of ours. Starting happens before the managed runtime does: it changes signal handling, which the hook would
/// inherit, and meanwhile the hook runs already. Nothing in here may allocate, throw, or touch a type with a static constructor.
/// </summary>
internal unsafe struct HookProcess
{
    /// <summary>What is passed on to the hook when the supervisor gets it.</summary>
    private const ulong Forwardable = (1UL << (Libc.SIGHUP - 1)) | (1UL << (Libc.SIGINT - 1)) | (1UL << (Libc.SIGQUIT - 1))
        | (1UL << (Libc.SIGUSR1 - 1)) | (1UL << (Libc.SIGUSR2 - 1)) | (1UL << (Libc.SIGTERM - 1));

    private const ulong ChildEnded = 1UL << (Libc.SIGCHLD - 1);

    /// <summary>How long the runtime may take to tell the state that a hook waits for, in milliseconds.</summary>
    private const double StateTimeout = 10_000;

    /// <summary>The hook's process; 0 if it could not be started.</summary>
    internal int Pid;

    /// <summary>Our ends of its standard descriptors; -1 where it has none.</summary>
    internal int Input;
    internal int Output;
    internal int Error;

    /// <summary>Whether the runtime writes the state, read by the hook or not: once the managed runtime runs, 0 may be something else's number.</summary>
    internal bool HasState;

    /// <summary>Tells of children that ended and of signals to be passed on, signalfd(2).</summary>
    internal int Signals;

    /// <summary>When it was started, in <see cref="Libc.Milliseconds"/>.</summary>
    internal double StartedAt;

    /// <summary>The number of arguments of the supervisor, and where the hook's begin: its path, then its own.</summary>
    internal int ArgumentCount;
    internal int PathIndex;
    internal byte** Arguments;

    /// <summary>What was read of the state before the hook was started, for a variable that it is to have; null if nothing was.</summary>
    internal byte* State;
    internal int StateLength;

    /// <summary>Why no process could be made for it, errno(3); ESRCH if no pid is known that it is to be told; 0 if one was.</summary>
    private int _startError;

    /// <summary>Why that process could not become the hook, errno(3); written by itself, as it shares our memory.</summary>
    private int _executeError;

    private int _hookInput, _hookOutput, _hookError;

    /// <summary>The file that the hook is, if its rule pins it: what was hashed is what is executed. Else -1.</summary>
    private int _program;
    private bool _isScript;

    /// <summary>The process group that the hook is started in; 0 if there is none.</summary>
    private int _group;

    /// <summary>What the child needs to know: the supervisor's number, and what the hook gets.</summary>
    private int _supervisor;
    private byte** _environment;
    private ulong _mask;
    private bool _childrenIgnored;
    private RaisedLimits _limits;

    /// <summary>Stands for an errno(3) where the hook's file is not the one that its rule pins.</summary>
    internal const int NotAsPinned = -1;

    /// <summary>Why the hook could not be started, errno(3) or <see cref="NotAsPinned"/>; 0 if it was.</summary>
    internal readonly int StartError => _startError != 0 ? _startError : _executeError;

    /// <summary>Whether there was nothing to start.</summary>
    internal readonly bool IsMissing => PathIndex == 0;

    /// <summary>Whether it has no pipes of ours: there is no managed runtime to serve them.</summary>
    private readonly bool RunsBeforeRuntime => !_limits.AreEnoughForSupervisor;

    /// <summary>Whether the wrapper is to be a supervisor: its first argument says so.</summary>
    internal static bool IsSupervisorInvocation(int argumentCount, byte** arguments) =>
        argumentCount > 0 && Text(arguments[0]).SequenceEqual(SupervisorOptions.ProgramNameBytes);

    /// <summary>Starts the hook that the arguments name.</summary>
    /// <param name="argumentCount">The number of the supervisor's arguments.</param>
    /// <param name="arguments">The supervisor's arguments.</param>
    /// <param name="environment">The hook's environment.</param>
    /// <param name="limits">The supervisor's limits, which are not to be the hook's.</param>
    internal void Start(int argumentCount, byte** arguments, byte** environment, in RaisedLimits limits)
    {
        _limits = limits;
        ArgumentCount = argumentCount;
        Arguments = arguments;
        Input = Output = Error = Signals = _hookInput = _hookOutput = _hookError = _program = -1;
        PathIndex = FindPath();
        if (IsMissing)
        {
            return;
        }

        Libc.AdoptOrphans();
        HasState = Libc.IsOpen(0);
        _environment = environment;
        _supervisor = Libc.getpid();
        _mask = HookMask(Libc.GetSignalMask());
        _childrenIgnored = Libc.IsIgnored(Libc.SIGCHLD);

        // A program that filters the configuration reads and writes it itself.
        bool isFilter = HasOption(SupervisorOptions.PrecreateBytes);
        bool ready = (isFilter || RunsBeforeRuntime || (Join(0, ref _hookInput, ref Input) && Join(1, ref Output, ref _hookOutput)))
            && (RunsBeforeRuntime || Join(2, ref Error, ref _hookError)) && TakeSignals() && MakeGroup();
        _startError = ready ? SetPidVariables() : Libc.Errno;
        _startError = _startError == 0 && RunsBeforeRuntime && StateLength > 0 ? KeepState() : _startError;
        _startError = _startError == 0 ? CheckPin() : _startError;
        StartedAt = Libc.Milliseconds();
        int child = _startError == 0 ? RunInChild(&Become, Libc.SIGCHLD) : 0;
        _startError = child < 0 ? Libc.Errno : _startError;
        Pid = Math.Max(child, 0);
        Close(_program);
        Close(_hookInput);
        Close(_hookOutput);
        Close(_hookError);
    }

    /// <summary>Sends its process group a signal.</summary>
    internal readonly void SignalGroup(int signal)
    {
        if (_group > 0)
        {
            _ = Libc.kill(-_group, signal);
        }
    }

    /// <summary>
    /// A process group whose leader has ended and is never waited for until the end: its number stays its own, and the hook, not being
    /// the leader, can become one, or start a session, as it could without a supervisor, setsid(2).
    /// </summary>
    private bool MakeGroup()
    {
        int leader = RunInChild(&EndAtOnce, 0);
        _group = Math.Max(leader, 0);
        return leader > 0 && Libc.setpgid(leader, leader) == 0;
    }

    private int RunInChild(delegate*<void*, int> main, int signal) => RunsBeforeRuntime
        ? Libc.RunInChildApart(main, Unsafe.AsPointer(ref this), signal)
        : Libc.RunInChild(main, Unsafe.AsPointer(ref this), signal);

    private static int EndAtOnce(void* argument)
    {
        Libc._exit(0);
        return 0;
    }

    /// <summary>Gives the number of the process group back.</summary>
    internal readonly void ReleaseGroup()
    {
        // The leader ended before the hook was started.
        int status;
        _ = _group > 0 ? Libc.waitpid_unstopped(_group, &status, Libc.__WALL | Libc.WNOHANG) : 0;
    }

    private readonly int FindPath()
    {
        for (int i = 1; i < ArgumentCount - 1; i++)
        {
            if (Text(Arguments[i]).SequenceEqual(SupervisorOptions.SeparatorBytes))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <summary>
    /// The signals that are blocked in the hook: those that are in the supervisor. But crun blocks SIGCHLD to wait for a hook that has
    /// a limit of time; one that has it only for being supervised is spared that.
    /// </summary>
    private readonly ulong HookMask(ulong mask)
    {
        bool isLimitAdded = HasOption(SupervisorOptions.LimitAddedBytes);
        return isLimitAdded && mask == ChildEnded ? 0 : mask;
    }

    /// <summary>Gives a hook that has no pipe the state that was read before it, and the rest of it, in a file.</summary>
    /// <returns>Why it cannot, errno(3); 0 if it can.</returns>
    private int KeepState()
    {
        nint count = 1;
        double deadline = Libc.Milliseconds() + StateTimeout;
        while (count > 0 && StateLength < StatePid.Limit)
        {
            if (!Libc.IsReadableWithin(0, deadline - Libc.Milliseconds()))
            {
                return Libc.ETIMEDOUT;
            }

            count = Libc.Read(0, State + StateLength, StatePid.Limit - StateLength);
            StateLength += (int)Math.Max(count, 0);
        }

        if (count != 0)
        {
            return count < 0 ? Libc.Errno : Libc.EFBIG;
        }

        ReadOnlySpan<byte> name = "state\0"u8;
        _hookInput = Libc.SealedMemory((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(name)), State, StateLength);
        if (_hookInput < 0)
        {
            return Libc.Errno;
        }

        Libc.Rewind(_hookInput);
        return 0;
    }

    /// <summary>The value of an option of the supervisor's; empty if it is not given.</summary>
    /// <param name="option">The option to its =.</param>
    internal readonly ReadOnlySpan<byte> Option(ReadOnlySpan<byte> option)
    {
        ReadOnlySpan<byte> value = default;
        for (int i = 1; i < PathIndex; i++)
        {
            ReadOnlySpan<byte> word = Text(Arguments[i]);
            value = word.StartsWith(option) ? word[option.Length..] : value;
        }

        return value;
    }

    /// <summary>Whether the supervisor is given an option without a value, or with this one.</summary>
    internal readonly bool HasOption(ReadOnlySpan<byte> option)
    {
        for (int i = 1; i < PathIndex; i++)
        {
            if (Text(Arguments[i]).SequenceEqual(option))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives those variables that are to have it the number of the container's process.</summary>
    /// <returns>Why it cannot, errno(3); 0 if it can, and if there are no such variables.</returns>
    private int SetPidVariables()
    {
        for (int i = 1; i < PathIndex; i++)
        {
            ReadOnlySpan<byte> option = Text(Arguments[i]);
            if (!option.StartsWith(SupervisorOptions.PidVariableBytes))
            {
                continue;
            }

            ReadOnlySpan<byte> pid = ReadPid();
            if (pid.IsEmpty || !SetVariable(option[SupervisorOptions.PidVariableBytes.Length..], pid))
            {
                return Libc.ESRCH;
            }
        }

        return 0;
    }

    /// <summary>Reads as much of the state as it takes to tell the number; empty if it does not.</summary>
    private ReadOnlySpan<byte> ReadPid()
    {
        State = State == null ? Libc.Pages(StatePid.Limit) : State;
        if (State == null)
        {
            return [];
        }

        double deadline = Libc.Milliseconds() + StateTimeout;
        while (true)
        {
            ReadOnlySpan<byte> pid = StatePid.Find(new ReadOnlySpan<byte>(State, StateLength));
            nint count = pid.IsEmpty && StateLength < StatePid.Limit && Libc.IsReadableWithin(0, deadline - Libc.Milliseconds())
                ? Libc.Read(0, State + StateLength, StatePid.Limit - StateLength)
                : 0;
            if (count <= 0)
            {
                return pid;
            }

            StateLength += (int)count;
        }
    }

    /// <summary>Replaces a variable that is there.</summary>
    private readonly bool SetVariable(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        for (byte** variable = _environment; *variable != null; variable++)
        {
            ReadOnlySpan<byte> entry = Text(*variable);
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name))
            {
                // Pages are zero: the NUL is there.
                byte* text = Libc.Pages(name.Length + value.Length + 2);
                if (text == null)
                {
                    return false;
                }

                entry[..(name.Length + 1)].CopyTo(new Span<byte>(text, name.Length + 1));
                value.CopyTo(new Span<byte>(text + name.Length + 1, value.Length));
                *variable = text;
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens the hook's file, if its rule pins it, and tells whether it is that one.</summary>
    /// <returns>0, also if nothing is pinned, or what <see cref="StartError"/> is to be.</returns>
    private int CheckPin()
    {
        ReadOnlySpan<byte> pin = Option(SupervisorOptions.Sha256Bytes);
        if (pin.IsEmpty)
        {
            return 0;
        }

        _program = Libc.Open(Arguments[PathIndex], Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY);
        byte* start = stackalloc byte[2];
        Span<byte> digest = stackalloc byte[Sha256.DigestLength];
        if (_program < 0 || !Sha256.HashFile(_program, digest))
        {
            return Libc.Errno;
        }

        _isScript = Libc.ReadAt(_program, start, 2, 0) == 2 && start[0] == '#' && start[1] == '!';
        return Sha256.Matches(digest, pin) ? 0 : NotAsPinned;
    }

    /// <summary>A pipe in place of a standard descriptor that is open; one that is closed stays so.</summary>
    private static bool Join(int descriptor, ref int read, ref int write)
    {
        if (!Libc.IsOpen(descriptor))
        {
            return true;
        }

        if (!Libc.Pipe(out read, out write))
        {
            return false;
        }

        Libc.DoNotBlock(descriptor == 0 ? write : read);
        return true;
    }

    /// <summary>Has signals come through a descriptor. Those that the runtime had ignored or blocked are no business of the hook.</summary>
    private bool TakeSignals()
    {
        ulong taken = ChildEnded;
        for (int signal = 1; signal <= Libc.SIGTERM; signal++)
        {
            ulong bit = 1UL << (signal - 1);
            if ((Forwardable & bit & ~_mask) != 0 && !Libc.IsIgnored(signal))
            {
                taken |= bit;
            }
        }

        Libc.SetAction(Libc.SIGCHLD, Libc.SIG_DFL);
        Libc.SetSignalMask(_mask | taken);
        Signals = Libc.SignalDescriptor(taken);
        return Signals >= 0;
    }

    /// <summary>The child: takes its place and executes the hook. Does not return.</summary>
    private static int Become(void* argument)
    {
        ref HookProcess hook = ref Unsafe.AsRef<HookProcess>(argument);
        _ = Libc.setpgid(0, hook._group);
        Libc.DieWithParent();
        if (Libc.getppid() != hook._supervisor)
        {
            Libc._exit(1);
        }

        Take(hook._hookInput, 0);
        Take(hook._hookOutput, 1);
        Take(hook._hookError, 2);
        if (hook._childrenIgnored)
        {
            Libc.SetAction(Libc.SIGCHLD, Libc.SIG_IGN);
        }

        Libc.SetSignalMask(hook._mask);

        // A hook without arguments has its path as the first, exec.Cmd of Go's os/exec.
        byte** own = stackalloc byte*[2];
        own[0] = hook.Arguments[hook.PathIndex];
        own[1] = null;
        byte** arguments = hook.PathIndex + 1 < hook.ArgumentCount ? hook.Arguments + hook.PathIndex + 1 : own;
        hook._limits.Restore();
        if (hook._program < 0)
        {
            _ = Libc.execve(own[0], arguments, hook._environment);
        }
        else
        {
            // A script's interpreter opens it as /dev/fd/N, execveat(2).
            if (hook._isScript)
            {
                Libc.KeepOnExec(hook._program);
            }

            Libc.ExecuteDescriptor(hook._program, arguments, hook._environment);
        }

        hook._executeError = Libc.Errno;
        Libc._exit(1);
        return 0;
    }

    private static void Take(int ours, int descriptor)
    {
        if (ours >= 0)
        {
            _ = Libc.dup2(ours, descriptor);
        }
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.close(descriptor);
        }
    }

    private static ReadOnlySpan<byte> Text(byte* text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
}
