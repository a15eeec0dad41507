using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Supervision;

/// <summary>How a hook ended, and by what.</summary>
internal sealed record HookResult
{
    /// <summary>What shells add to a signal's number, for want of another way to tell it.</summary>
    private const int SignalBase = 128;

    /// <summary>Why it could not be started, errno(3); 0 if it was.</summary>
    internal int StartError { get; init; }

    /// <summary>Its status, as of wait(2); null if it was not seen to end.</summary>
    internal int? Status { get; init; }

    /// <summary>How long it ran, in milliseconds.</summary>
    internal double Duration { get; init; }

    /// <summary>Whether it ran past its time.</summary>
    internal bool TimedOut { get; init; }

    /// <summary>The signal to the supervisor that stopped it; 0 if none did.</summary>
    internal int StoppedBy { get; init; }

    /// <summary>How many processes were killed, it and its descendants.</summary>
    internal int Killed { get; init; }

    /// <summary>Whether some of them were still there when there was no more time.</summary>
    internal bool HasSurvivors { get; init; }

    /// <summary>Its exit code; null if it has none.</summary>
    internal int? ExitCode => Status is { } status && (status & 0x7F) == 0 ? (status >> 8) & 0xFF : null;

    /// <summary>The signal that ended it; null if none did.</summary>
    internal int? Signal => Status is { } status && (status & 0x7F) != 0 ? status & 0x7F : null;

    /// <summary>Whether the kernel wrote a core of it.</summary>
    internal bool CoreDumped => Signal is not null && (Status & 0x80) != 0;

    /// <summary>Whether it did what it was to do. One that ran past its time has not, whatever it says.</summary>
    internal bool Succeeded => StartError == 0 && !TimedOut && ExitCode == 0;

    /// <summary>The exit code by which the runtime is told of a failure without a code of its own.</summary>
    internal int FailureCode => this switch
    {
        { StartError: not 0 } => HookExit.StartFailureCode(StartError),
        { TimedOut: true } => HookExit.TimeoutCode,
        { Signal: { } signal } => SignalBase + signal,
        _ => ExitCode ?? OciHooksException.WrapperFailure,
    };
}
