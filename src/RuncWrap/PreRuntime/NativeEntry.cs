using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Linux;

// Clearing the stack buffers of a pass-through would touch more memory than all the rest of it.
[module: SkipLocalsInit]

namespace RuncWrap.PreRuntime;

/// <summary>
/// The process's main function. A command that needs no patch becomes the low-level runtime here, before the managed
/// runtime is started: it changes signal handling and takes time, and both are noticed on every start, exec and kill. Nothing here
/// may allocate, throw, or touch a type with a static constructor.
/// </summary>
internal static unsafe class NativeEntry
{
    private static StartContext s_start;
    private static bool s_managedMainReached;

    /// <summary>What main passes to the managed entry point, which has no arguments for it. Valid once main has run.</summary>
    internal static ref StartContext Start => ref s_start;

    /// <summary>The end of the first thread's stack: the program's arguments, below which all frames are. Valid once main has run.</summary>
    internal static byte** StackEnd { get; private set; }

    /// <summary>The managed entry point tells that it was reached: the runtime had memory to start with.</summary>
    internal static void ManagedMainReached() => s_managedMainReached = true;

    [RuntimeExport("main")]
    private static int NativeMain(int argumentCount, byte** arguments, byte** environment)
    {
        ref StartContext start = ref s_start;
        start.IsSupervisor = HookProcess.IsSupervisorInvocation(argumentCount, arguments);
        if (start.IsSupervisor)
        {
            start.Inherited.HasStandardError = Libc.IsOpen(2);
            start.Inherited.Limits.Raise();
            start.Hook.Start(argumentCount, arguments, environment, start.Inherited.Limits);
            if (!start.Inherited.Limits.AreEnoughForSupervisor)
            {
                Libc._exit(PreRuntimeMonitor.Run(start));
            }
        }
        else
        {
            start.IsBehindShim = ShimPath.RemoveFromPath(environment);
            start.Invocation = CommandLine.Parse(argumentCount, arguments, environment);
            if (!start.Invocation.SetsUpContainer && !start.Invocation.ShowsVersion && start.Invocation.IncompleteOption == null)
            {
                ExecuteRuntime(start.Invocation);
            }

            start.Inherited.Capture();
            start.Inherited.Limits.Raise();
            if (!start.Inherited.Limits.AreEnough)
            {
                EarlyReport.Write(start, "the limits of this process leave no room for the .NET runtime; raise them (ulimit -v, -d, -s)"u8);
                Libc._exit(OciHooksException.WrapperFailure);
            }
        }

        // What goes wrong in the runtime ends it without a word.
        if (!Libc.SetLastAction(Libc.SIGABRT, &EndByCrash) || !Libc.SetLastAction(Libc.SIGSEGV, &EndByCrash))
        {
            EndByCrash(0);
        }

        StackEnd = arguments;
        int count = CountVariables(environment);
        byte** copy = stackalloc byte*[count + 1];
        start.Invocation.Environment = HideEnvironment(environment, copy, count);
        int status = __managed__Main(1, arguments);
        if (!s_managedMainReached)
        {
            EndByCrash(0);
        }

        // Not by returning: this frame was guarded with a value that the managed runtime has replaced since.
        Libc._exit(status);
        return status;
    }

    /// <summary>Becomes the low-level runtime. Returns if that fails; the managed side then says why.</summary>
    private static void ExecuteRuntime(in Invocation invocation)
    {
        byte* candidates = stackalloc byte[RuntimeSetting.CandidatesLimit];
        byte* path = stackalloc byte[LowLevelRuntime.PathMax];
        RuntimeCandidates(invocation, candidates);
        if (LowLevelRuntime.Find(candidates, invocation.Environment, path) == RuntimeSearch.Found)
        {
            byte** arguments = stackalloc byte*[invocation.ArgumentCount + 2];
            CommandLine.CopyForRuntime(invocation, path, arguments);
            _ = Libc.execve(path, arguments, invocation.Environment);
        }
    }

    private static void RuntimeCandidates(in Invocation invocation, byte* candidates)
    {
        if (invocation.RuntimePath == null)
        {
            RuntimeSetting.Read(invocation.SettingsPath, candidates);
            return;
        }

        ReadOnlySpan<byte> path = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(invocation.RuntimePath);
        path = path.Length < LowLevelRuntime.PathMax ? path : [];
        path.CopyTo(new Span<byte>(candidates, LowLevelRuntime.PathMax));
        candidates[path.Length] = 0;
        candidates[path.Length + 1] = 0;
    }

    /// <summary>
    /// Takes the environment away from the managed runtime, which a variable that a daemon was started with (DOTNET_*, TZ) could
    /// reconfigure.
    /// </summary>
    /// <returns>The environment as it came, for the low-level runtime.</returns>
    private static byte** HideEnvironment(byte** environment, byte** copy, int count)
    {
        new ReadOnlySpan<nint>(environment, count + 1).CopyTo(new Span<nint>(copy, count + 1));
        environment[0] = null;
        return copy;
    }

    private static int CountVariables(byte** environment)
    {
        int count = 0;
        while (environment[count] != null)
        {
            count++;
        }

        return count;
    }

    /// <summary>Tells that the managed runtime has failed, and ends with that, and with the hook that nobody watches any more.</summary>
    private static void EndByCrash(int signal)
    {
        EarlyReport.Write(s_start, s_managedMainReached
            ? "internal error, please report it: the process has crashed"u8
            : "cannot start the .NET runtime: it is refused memory or a system call; allow the process more memory, or another seccomp filter"u8);
        s_start.Hook.SignalGroup(Libc.SIGKILL);
        Libc._exit(OciHooksException.WrapperFailure);
    }

    /// <summary>The compiler's own main: starts the managed runtime and runs Program.Main.</summary>
    [DllImport("__Internal"), SuppressGCTransition]
    private static extern int __managed__Main(int argumentCount, byte** arguments);
}
