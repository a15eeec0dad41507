using Linux;

namespace RuncWrap.PreRuntime;

/// <summary>
/// The limits of resources under which the managed runtime, or the supervisor, could not work, raised for as long as it works. A supervisor
/// may live under a container's limits, the wrapper under an engine's; what either starts gets them as they were. It works before the
/// managed runtime is started.
/// </summary>
internal struct RaisedLimits
{
    /// <summary>With a smaller address space, getrlimit(2) RLIMIT_AS, the managed runtime does not start, in bytes.</summary>
    private const ulong LeastMemory = 96 << 20;

    /// <summary>As <see cref="LeastMemory"/>, of memory that can be written, RLIMIT_DATA.</summary>
    private const ulong LeastData = 8 << 20;

    /// <summary>As <see cref="LeastMemory"/>, of the stack, RLIMIT_STACK.</summary>
    private const ulong LeastStack = 256 << 10;

    /// <summary>The least descriptors that a supervisor needs, RLIMIT_NOFILE: a hook's pipes, what watches it, and a file or two.</summary>
    private const ulong LeastFiles = 16;

    /// <summary>Beyond these the limits are left alone.</summary>
    private const ulong EnoughMemory = 1 << 30;
    private const ulong EnoughStack = 8 << 20;
    private const ulong EnoughFiles = 1024;

    private RaisedLimit _memory, _data, _stack, _files;

    /// <summary>Whether the managed runtime can be started.</summary>
    internal readonly bool AreEnough =>
        _memory.Current >= LeastMemory && _data.Current >= LeastData && _stack.Current >= LeastStack;

    /// <summary>Whether it can be started to supervise a hook.</summary>
    internal readonly bool AreEnoughForSupervisor => AreEnough && _files.Current >= LeastFiles;

    /// <summary>Raises what is low as far as it may be.</summary>
    internal void Raise()
    {
        _memory.Raise(Libc.RLIMIT_AS, EnoughMemory);
        _data.Raise(Libc.RLIMIT_DATA, EnoughMemory);
        _stack.Raise(Libc.RLIMIT_STACK, EnoughStack);
        _files.Raise(Libc.RLIMIT_NOFILE, EnoughFiles);
    }

    /// <summary>Has them as they were, for what this process is about to become.</summary>
    internal readonly void Restore()
    {
        _memory.Restore(Libc.RLIMIT_AS);
        _data.Restore(Libc.RLIMIT_DATA);
        _stack.Restore(Libc.RLIMIT_STACK);
        _files.Restore(Libc.RLIMIT_NOFILE);
    }

    private struct RaisedLimit
    {
        private ResourceLimit _original;

        /// <summary>The limit in force.</summary>
        internal ulong Current;

        internal void Raise(int resource, ulong enough)
        {
            if (!Libc.GetLimit(resource, out _original))
            {
                _original.Soft = ulong.MaxValue;
            }

            Current = _original.Soft;
            if (Current >= enough)
            {
                return;
            }

            // Root may raise both, anybody the one up to the other.
            var both = new ResourceLimit { Soft = enough, Hard = Math.Max(enough, _original.Hard) };
            var soft = new ResourceLimit { Soft = Math.Min(enough, _original.Hard), Hard = _original.Hard };
            Current = Libc.SetLimit(resource, both) ? both.Soft : Libc.SetLimit(resource, soft) ? soft.Soft : Current;
        }

        internal readonly void Restore(int resource)
        {
            if (Current != _original.Soft)
            {
                _ = Libc.SetLimit(resource, _original);
            }
        }
    }
}
