using System.Runtime.InteropServices;
using HookEngine;
using HookEngine.Linux;
using HookEngine.Supervision;

namespace RuncWrap.Supervision;

/// <summary>
/// The wrapper in front of one hook: argv, process, watch, output, log, exit. The process was started before the managed runtime was
/// (<see cref="NativeEntry"/>); the end is that of the hook, unless it is not to be the container's.
/// </summary>
internal static unsafe class Supervisor
{
    /// <summary>How long the runtime may take to read each output, in milliseconds. It waits for us no longer than for that and the log.</summary>
    private const double OutputPatience = 500;

    /// <summary>Runs to the hook's end.</summary>
    /// <returns>The exit code. Where the hook was ended by a signal, this process is, too.</returns>
    internal static int Run(in HookProcess hook)
    {
        if (hook.IsMissing)
        {
            throw new OciHooksException(
                $"{SupervisorOrder.ProgramName} was given no hook; this is for hooks that runc-wrap writes into config.json, not to be called by hand");
        }

        SupervisorOrder order = SupervisorOrder.Parse(Words(hook, 1, hook.PathIndex - 1));
        List<string> arguments = Words(hook, hook.PathIndex, hook.ArgumentCount);
        var events = new HookEvents(order, hook, arguments[0], arguments[1..]);
        using var watch = new HookWatch(hook, order);
        watch.AwaitState();
        events.WriteStarted(watch.State.Container);
        HookEnding ending = watch.AwaitEnd();
        watch.Output.PassOn(1, OutputPatience);
        watch.Error.PassOn(2, OutputPatience);
        events.WriteEnded(ending, watch);
        return ending.IsToldAsSuccess(order) ? 0 : End(ending);
    }

    private static int End(HookEnding ending)
    {
        if (ending is { Signal: { } signal, TimedOut: false })
        {
            Libc.DumpNoCore();
            Libc.SetAction(signal, Libc.SIG_DFL);
            Libc.SetSignalMask(0);
            _ = Libc.kill(Libc.getpid(), signal);
        }

        return ending.FailureCode;
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
