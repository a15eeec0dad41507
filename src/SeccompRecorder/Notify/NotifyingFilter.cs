using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>A filter whose calls are told here: that of a container's first process, or of one that was executed in it later.</summary>
/// <param name="descriptor">Where its calls wait.</param>
internal sealed class NotifyingFilter(int descriptor)
{
    private uint? _loader;
    private bool _hasExecuted;

    internal int Descriptor { get; } = descriptor;

    /// <summary>
    /// Whether a call is the container's. The runtime puts the filter on, is the first to call under it, and is the container's own program
    /// from its execve on.
    /// </summary>
    internal bool IsContainers(in CallNotification call)
    {
        if (!_hasExecuted)
        {
            _loader ??= call.Thread;
            _hasExecuted = call.Thread == _loader && CallCounts.NameOf(call) is "execve" or "execveat";
        }

        return _hasExecuted;
    }
}
