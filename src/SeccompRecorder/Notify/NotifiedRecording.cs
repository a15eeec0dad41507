using System.Globalization;
using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>The recording of one container by a listener, and what becomes of it.</summary>
/// <param name="notSeen">The calls that the container may make and that the listener is not told of.</param>
internal sealed class NotifiedRecording(IReadOnlyList<string> notSeen) : IDisposable
{
    private readonly CallCounts _counts = new();
    private readonly List<Arguments> _orders = [];
    private readonly StringWriter _told = new(CultureInfo.InvariantCulture);
    private HookState? _state;
    private RecordedContainer? _container;
    private bool _hasCalls;
    private bool _isStored;
    private int _exitCode;

    /// <summary>Whether it is known which container it is.</summary>
    internal bool HasContainer => _state is not null;

    /// <summary>Whether there is something for the poststop hook to tell.</summary>
    internal bool HasToTell => _told.GetStringBuilder().Length > 0;

    /// <summary>Adds what one rule wants of it.</summary>
    internal void Add(string[] words) => Attempt(() => _orders.Add(Arguments.Parse(words)));

    /// <summary>Takes note of which container it is.</summary>
    internal void Begin(HookState state)
    {
        _state = state;
        Attempt(() => _container = RecordedContainer.Read(state));
    }

    /// <summary>Counts a call of the container.</summary>
    /// <param name="filter">Where it waits.</param>
    /// <param name="call">The call.</param>
    internal void Count(int filter, in CallNotification call)
    {
        _hasCalls = true;
        _counts.Add(filter, call);
    }

    /// <summary>Stores it, once: what a process does that outlives its container is not recorded.</summary>
    internal void Store()
    {
        if (_isStored || !_hasCalls || _state is null)
        {
            return;
        }

        _isStored = true;
        foreach (Arguments order in _orders)
        {
            Attempt(() => Store(order));
        }
    }

    /// <summary>What was told, behind the exit code. The next time there is nothing more.</summary>
    internal string TakeTold()
    {
        string told = $"{(_exitCode == 0 ? '0' : '1')}{_told}";
        _ = _told.GetStringBuilder().Clear();
        return told;
    }

    public void Dispose() => _told.Dispose();

    private void Store(Arguments order)
    {
        var container = _container ?? new RecordedContainer(_state!.Id, null, null, HasFilter: true);
        OngoingRecording ongoing = new()
        {
            Name = OngoingRecording.NameOf(_state!),
            Container = _state!.Id,
            Pid = _state.Pid,
            StartTime = 0,
            Filters = 0,
            Keys = [],
            CgroupLevel = 0,
            Subject = order.Subject ?? container.Subject,
            Image = container.Image,
            ContainerName = container.Name,
            TraceOrder = order.FollowsAnnotation ? _state.TraceOrder : null,
            IsStored = order.Records,
            Profile = order.Profile?.ToString(),
            Store = order.Places.Store.ToString(),
        };
        Places.Make(order.Places.Store);
        StopCommand.Store(ongoing, StopCommand.RecordingOf(ongoing, _counts.Records, notSeen), order.Places.Store);
    }

    /// <summary>There is nobody to tell of a failure but the poststop hook.</summary>
    private void Attempt(Action action)
    {
        Console.SetError(_told);
        try
        {
            action();
        }
        catch (OciHooksException failure)
        {
            _told.WriteLine($"seccomp-recorder: {failure.Message}");
            _exitCode = failure.ExitStatus;
        }
    }
}
