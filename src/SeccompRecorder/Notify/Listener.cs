using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>
/// Has every call be made that the kernel asks about, and counts it, until the last process that has the filters is gone. Calls of a
/// container whose listener has ended fail with ENOSYS.
/// </summary>
/// <param name="socket">Where runtimes and hooks connect.</param>
/// <param name="recording">What becomes of what is counted.</param>
internal sealed unsafe class Listener(int socket, NotifiedRecording recording)
{
    private const short Hangup = 0x10; // POLLHUP

    /// <summary>How long a container may take to be created, in milliseconds: what other hooks do counts, too.</summary>
    private const double CreatePatience = 5 * 60 * 1000;

    /// <summary>How long the poststop hook may take to come if there is something to tell it, in milliseconds.</summary>
    private const double StopPatience = 5_000;

    private readonly List<NotifyingFilter> _filters = [];
    private readonly List<ListenerConnection> _connections = [];
    private PollEntry[] _entries = [];
    private bool _hasBegun;

    /// <summary>Serves to the end.</summary>
    internal void Run()
    {
        double deadline = Libc.Milliseconds() + CreatePatience;
        while (_hasBegun ? _filters.Count > 0 : Libc.Milliseconds() < deadline)
        {
            Step(_hasBegun ? -1 : deadline - Libc.Milliseconds());
        }

        // What a runtime says of the container may come behind its filter.
        deadline = Libc.Milliseconds() + StopPatience;
        while (_hasBegun && _connections.Count > 0 && !recording.HasContainer && Libc.Milliseconds() < deadline)
        {
            Step(deadline - Libc.Milliseconds());
        }

        recording.Store();
        while (recording.HasToTell && Libc.Milliseconds() < deadline)
        {
            Step(deadline - Libc.Milliseconds());
        }
    }

    private void Step(double patience)
    {
        int filters = _filters.Count, connections = _connections.Count;
        int count = FillEntries();
        fixed (PollEntry* entries = _entries)
        {
            if (Libc.poll(entries, count, patience < 0 ? -1 : (int)Math.Ceiling(patience)) <= 0)
            {
                return;
            }
        }

        // From the end, as those that have ended are taken out.
        for (int i = connections - 1; i >= 0; i--)
        {
            if (_entries[filters + i].Happened != 0)
            {
                Receive(i);
            }
        }

        for (int i = filters - 1; i >= 0; i--)
        {
            if (_entries[i].Happened != 0)
            {
                Answer(i, _entries[i].Happened);
            }
        }

        if (_entries[count - 1].Happened != 0 && Libc.Accept(socket) is >= 0 and var connection)
        {
            _connections.Add(new ListenerConnection(connection));
        }
    }

    /// <summary>What to wait for: the filters, the connections, and others who connect.</summary>
    private int FillEntries()
    {
        int count = _filters.Count + _connections.Count + 1;
        if (_entries.Length < count)
        {
            _entries = new PollEntry[2 * count];
        }

        for (int i = 0; i < count; i++)
        {
            int descriptor = i < _filters.Count ? _filters[i].Descriptor
                : i < count - 1 ? _connections[i - _filters.Count].Descriptor
                : socket;
            _entries[i] = new PollEntry { Descriptor = descriptor, Wanted = Libc.POLLIN };
        }

        return count;
    }

    /// <summary>Lets a call be made, or takes leave of a filter that nobody has any more.</summary>
    private void Answer(int index, short happened)
    {
        NotifyingFilter filter = _filters[index];
        if ((happened & Libc.POLLIN) != 0)
        {
            // It may be gone again: its process was killed.
            if (Libc.ReceiveNotification(filter.Descriptor, out CallNotification call))
            {
                if (filter.IsContainers(call))
                {
                    recording.Count(filter.Descriptor, call);
                }

                Libc.ContinueCall(filter.Descriptor, call.Id);
            }
        }
        else if ((happened & Hangup) != 0)
        {
            _ = Libc.close(filter.Descriptor);
            _filters.RemoveAt(index);
        }
    }

    private void Receive(int index)
    {
        ListenerConnection connection = _connections[index];
        int descriptor = connection.Receive();
        if (descriptor >= 0)
        {
            Libc.WakeInTurns(descriptor);
            _filters.Add(new NotifyingFilter(descriptor));
            _hasBegun = true;
        }

        bool isDone = connection.HasEnded;
        if (!recording.HasContainer && connection.State is { } state)
        {
            recording.Begin(state);
            isDone = true;
        }
        else if (connection.Line is { } line)
        {
            Obey(line, connection.Descriptor);
            isDone = true;
        }

        if (isDone)
        {
            _ = Libc.close(connection.Descriptor);
            _connections.RemoveAt(index);
        }
    }

    private void Obey(string line, int connection)
    {
        if (line == ListenerSocket.Stop)
        {
            recording.Store();
            _ = ListenerSocket.Send(connection, recording.TakeTold());
        }
        else
        {
            recording.Add(line.Split('\0'));
        }
    }
}
