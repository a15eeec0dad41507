using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HookEngine.Model;
using Linux;
using RuncWrap.Supervision;

// Clearing the stack buffers of a pass-through would touch more memory than all the rest of it.
[module: SkipLocalsInit]

namespace RuncWrap;

/// <summary>
/// The process's main function. A command that needs no patch becomes the low-level runtime here, before the managed
/// runtime is started: it changes signal handling and takes time, and both are noticed on every start, exec and kill. Nothing here
/// may allocate, throw, or touch a type with a static constructor.
/// </summary>
internal static unsafe class NativeEntry
{
    /// <summary>What the process was started with. Valid once main has run.</summary>
    internal static Invocation Invocation;

    /// <summary>What the managed runtime changes, as it was before.</summary>
    internal static InheritedState Inherited;

    /// <summary>Whether the caller is containerd's shim as containerd-shim-hooked-v1 started it.</summary>
    internal static bool IsBehindShim;

    /// <summary>Whether the process was started as a hook, to be the supervisor of another.</summary>
    internal static bool IsSupervisor;

    /// <summary>The hook that it supervises.</summary>
    internal static HookProcess Hook;

    /// <summary>The end of the first thread's stack: the program's arguments, below which all frames are. Valid once main has run.</summary>
    internal static byte** StackEnd;

    private static bool s_managedMainReached;

    /// <summary>The wrapper's settings file.</summary>
    internal static byte* SettingsPath(in Invocation invocation)
    {
        if (invocation.WrapConfig != null)
        {
            return invocation.WrapConfig;
        }

        // A literal's bytes are followed by a NUL and never move.
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("/etc/ocihooks/config.json"u8));
    }

    /// <summary>The managed entry point tells that it was reached: the runtime had memory to start with.</summary>
    internal static void ManagedMainReached() => s_managedMainReached = true;

    [RuntimeExport("main")]
    private static int NativeMain(int argumentCount, byte** arguments, byte** environment)
    {
        IsSupervisor = HookProcess.IsSupervisorInvocation(argumentCount, arguments);
        if (IsSupervisor)
        {
            Inherited.HasStandardError = Libc.IsOpen(2);
            Inherited.Limits.Raise();
            Hook.Start(argumentCount, arguments, environment, Inherited.Limits);
            if (!Inherited.Limits.AreEnoughForSupervisor)
            {
                Libc._exit(PreRuntimeMonitor.Run(Hook));
            }
        }
        else
        {
            IsBehindShim = ShimPath.RemoveFromPath(environment);
            Invocation = CommandLine.Parse(argumentCount, arguments, environment);
            if (!Invocation.SetsUpContainer && !Invocation.ShowsVersion && Invocation.IncompleteOption == null)
            {
                ExecuteRuntime(Invocation);
            }

            Inherited.Capture();
            Inherited.Limits.Raise();
            if (!Inherited.Limits.AreEnough)
            {
                EarlyReport.Write(Invocation, "the limits of this process leave no room for the .NET runtime; raise them (ulimit -v, -d, -s)"u8);
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
        Invocation.Environment = HideEnvironment(environment, copy, count);
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
            RuntimeSetting.Read(SettingsPath(invocation), candidates);
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
        EarlyReport.Write(Invocation, s_managedMainReached
            ? "internal error, please report it: the process has crashed"u8
            : "cannot start the .NET runtime: it is refused memory or a system call; allow the process more memory, or another seccomp filter"u8);
        Hook.SignalGroup(Libc.SIGKILL);
        Libc._exit(OciHooksException.WrapperFailure);
    }

    /// <summary>The compiler's own main: starts the managed runtime and runs Program.Main.</summary>
    [DllImport("__Internal"), SuppressGCTransition]
    private static extern int __managed__Main(int argumentCount, byte** arguments);
}
