namespace RuncWrap.PreRuntime;

/// <summary>What the process was started with, and what main did before the managed runtime started. Main makes it, and all else is given it.</summary>
internal struct StartContext
{
    /// <summary>The command line; empty for a supervisor.</summary>
    internal Invocation Invocation;

    /// <summary>What the managed runtime changes, as it was before.</summary>
    internal InheritedState Inherited;

    /// <summary>Whether the caller is containerd's shim as containerd-shim-hooked-v1 started it.</summary>
    internal bool IsBehindShim;

    /// <summary>Whether the process was started as a hook, to be the supervisor of another.</summary>
    internal bool IsSupervisor;

    /// <summary>The hook that it supervises.</summary>
    internal HookProcess Hook;
}
