using Linux;

namespace RuncWrap.Supervision;

/// <summary>
/// Hands the container's state on from the runtime to the hook, byte for byte. What a hook does not read is taken from the runtime
/// all the same: crun would not survive to write into a pipe that nobody reads.
/// </summary>
internal sealed unsafe class StateRelay : IDisposable
{
    /// <summary>How much may wait for the hook to be read.</summary>
    private const int Window = 256 * 1024;

    private readonly NativeBuffer _buffer = new(Window);
    private int _target;
    private int _start;
    private int _end;
    private ContainerState? _container;

    /// <param name="target">The pipe to the hook; -1 if it has no input.</param>
    /// <param name="isTaken">Whether the runtime's end is read, whoever gets it.</param>
    /// <param name="received">What was read of it before.</param>
    internal StateRelay(int target, bool isTaken, ReadOnlySpan<byte> received)
    {
        received.CopyTo(_buffer.Span);
        _end = received.Length;
        _target = target;
        IsComplete = !isTaken;
    }

    /// <summary>Whether the runtime has written all of it.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Whose state it is.</summary>
    internal ContainerState Container => _container ?? ContainerState.Parse(_buffer.Span[.._end]);

    /// <summary>What to wait for at the runtime's end.</summary>
    internal PollEntry Source => new() { Descriptor = IsComplete || _end == Window ? -1 : 0, Wanted = Libc.POLLIN };

    /// <summary>What to wait for at the hook's end; that it was closed is told in any case.</summary>
    internal PollEntry Target => new() { Descriptor = _target, Wanted = _start < _end ? Libc.POLLOUT : (short)0 };

    /// <summary>Takes what the runtime has written.</summary>
    internal void Receive()
    {
        nint count = Libc.Read(0, _buffer.Pointer + _end, Window - _end);
        IsComplete = count == 0 || (count < 0 && Libc.Errno != Libc.EAGAIN);
        _end += (int)Math.Max(count, 0);
        Deliver();
    }

    /// <summary>Gives the hook what it takes.</summary>
    internal void Deliver()
    {
        nint count = _target < 0 || _start == _end ? 0 : Libc.write(_target, _buffer.Pointer + _start, _end - _start);
        _start += (int)Math.Max(count, 0);
        if ((count < 0 && Libc.Errno is not (Libc.EAGAIN or Libc.EINTR)) || (IsComplete && _start == _end))
        {
            CloseTarget();
        }

        MakeRoom();
    }

    /// <summary>The hook reads no more.</summary>
    internal void CloseTarget()
    {
        if (_target >= 0)
        {
            _ = Libc.close(_target);
            _target = -1;
        }

        MakeRoom();
    }

    public void Dispose()
    {
        CloseTarget();
        _buffer.Dispose();
    }

    private void MakeRoom()
    {
        _start = _target < 0 ? _end : _start;
        if (_start == _end && _end == Window)
        {
            _container ??= ContainerState.Parse(_buffer.Span);
            _start = _end = 0;
        }
    }
}
