using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>How a supervisor tells the runtime of a hook's end that is no exit code.</summary>
internal static class HookExit
{
    /// <summary>The exit code for a hook that ran past its timeout, as timeout(1) has it.</summary>
    internal const int TimeoutCode = 124;

    /// <summary>The exit code for a hook that could not be started, as env(1) has it.</summary>
    /// <param name="error">Why it could not, errno(3).</param>
    internal static int StartFailureCode(int error) => error switch
    {
        Libc.ENOENT => 127,
        Libc.ESRCH or Libc.ETIMEDOUT => OciHooksException.WrapperFailure,
        _ => 126,
    };

    /// <summary>Ends this process by the signal that ended the hook, without a core.</summary>
    internal static void EndBySignal(int signal)
    {
        Libc.DumpNoCore();
        Libc.SetAction(signal, Libc.SIG_DFL);
        Libc.SetSignalMask(0);
        _ = Libc.kill(Libc.getpid(), signal);
    }
}
