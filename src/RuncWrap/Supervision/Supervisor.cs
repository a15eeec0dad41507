using System.Runtime.InteropServices;
using HookEngine.Running.Supervision;
using Linux;
using RuncWrap.Events;
using RuncWrap.PreRuntime;

namespace RuncWrap.Supervision;

/// <summary>
/// The wrapper in front of one hook: argv, process, options, monitor, log, output, exit. The process was started before the managed runtime was
/// (<see cref="NativeEntry"/>); the end is that of the hook, unless it is not to be the container's.
/// </summary>
internal static unsafe class Supervisor
{
    /// <summary>How long the runtime may take to read each output, in milliseconds. It waits for us no longer than for that and the log.</summary>
    private const double OutputTimeout = 500;

    /// <summary>
    /// How much of the hook's output is passed on, in bytes. runc writes all of it into its message, and containerd's shim does not
    /// read that before runc has ended: more than a pipe holds, 64 KB, would have both wait for ever.
    /// </summary>
    private const int MaxOutput = 56 * 1024;

    /// <summary>Runs to the hook's end.</summary>
    /// <returns>The exit code. Where the hook was ended by a signal, this process is, too.</returns>
    internal static int Run(in StartContext start)
    {
        ref readonly HookProcess hook = ref start.Hook;
        if (hook.IsMissing)
        {
            throw new OciHooksException(
                $"{SupervisorOptions.ProgramName} was given no hook; this is for hooks that runc-wrap writes into config.json, not to be called by hand");
        }

        SupervisorOptions options = SupervisorOptions.Parse(Words(hook, 1, hook.PathIndex - 1));
        options = options with { Log = options.Log with { Stderr = options.Log.Stderr && start.Inherited.HasStandardError } };
        List<string> arguments = Words(hook, hook.PathIndex, hook.ArgumentCount);
        var events = new HookEvents(options, hook, arguments[0], arguments[1..]);
        using var monitor = new HookMonitor(hook, options);
        monitor.AwaitState();
        events.WriteStarted(monitor.Container);
        HookResult result = monitor.WaitForExit();
        string? message = events.WriteEnded(result, monitor);
        PassOutputOn(monitor);
        if (message is not null)
        {
            ErrorReport.Write(start, message);
        }

        return result.Succeeded || !options.PropagatesFailure ? 0 : End(result);
    }

    /// <summary>Each output has the half of what may be passed on, and what the other one leaves of its half.</summary>
    private static void PassOutputOn(HookMonitor monitor)
    {
        const int Half = MaxOutput / 2;
        monitor.Output.PassOn(1, Math.Max(Half, MaxOutput - monitor.Error.KeptLength), OutputTimeout);
        monitor.Error.PassOn(2, Math.Max(Half, MaxOutput - monitor.Output.KeptLength), OutputTimeout);
    }

    /// <summary>Tells that the supervisor itself has failed, which is the hook's failure.</summary>
    /// <returns>The exit code.</returns>
    internal static int Fail(in StartContext start, string message, int exitStatus)
    {
        ref readonly HookProcess hook = ref start.Hook;
        ErrorReport.Write(start, message);
        return hook.IsMissing || SupervisorOptions.Parse(Words(hook, 1, hook.PathIndex - 1)).PropagatesFailure ? exitStatus : 0;
    }

    private static int End(HookResult result)
    {
        if (result is { Signal: { } signal, TimedOut: false })
        {
            HookExit.EndBySignal(signal);
        }

        return result.FailureCode;
    }

    private static List<string> Words(in HookProcess hook, int start, int end)
    {
        var words = new List<string>(end - start);
        for (int i = start; i < end; i++)
        {
            words.Add(Marshal.PtrToStringUTF8((nint)hook.Arguments[i])!);
        }

        return words;
    }
}
