using System.Text;
using Linux;

namespace RuncWrap.Supervision;

/// <summary>The end of what a hook writes to one of its outputs. The rest is counted and forgotten.</summary>
internal sealed unsafe class OutputTail : IDisposable
{
    /// <summary>How much is kept, in bytes.</summary>
    internal const int Capacity = 64 * 1024;

    /// <summary>How often a pipe is read after the hook's end: until nearly any pipe is empty, as a process that goes on may fill it for ever.</summary>
    private const int MaxLastReads = 32;

    private readonly NativeBuffer _ring = new(Capacity);
    private int _source;

    /// <param name="source">The pipe from the hook; -1 if it has no such output.</param>
    internal OutputTail(int source) => _source = source;

    /// <summary>How much the hook has written, in bytes.</summary>
    internal long Total { get; private set; }

    /// <summary>What to wait for.</summary>
    internal PollEntry Source => new() { Descriptor = _source, Wanted = Libc.POLLIN };

    /// <summary>Takes some of what the hook has written. False if there is nothing now.</summary>
    internal bool Receive()
    {
        if (_source < 0)
        {
            return false;
        }

        int place = (int)(Total % Capacity);
        nint count = Libc.Read(_source, _ring.Pointer + place, Capacity - place);
        if (count > 0)
        {
            Total += count;
            return true;
        }

        if (count == 0 || Libc.Errno != Libc.EAGAIN)
        {
            Close();
        }

        return false;
    }

    /// <summary>Takes what is left in the pipe, and no more of it.</summary>
    internal void Finish()
    {
        for (int reads = 0; reads < MaxLastReads && Receive(); reads++)
        {
        }

        Close();
    }

    /// <summary>How much is kept, in bytes.</summary>
    internal int KeptLength => (int)Math.Min(Total, Capacity);

    /// <summary>The kept end.</summary>
    internal byte[] Kept()
    {
        byte[] kept = new byte[KeptLength];
        int place = Total <= Capacity ? 0 : (int)(Total % Capacity);
        ReadOnlySpan<byte> ring = _ring.Span[..kept.Length];
        ring[place..].CopyTo(kept);
        ring[..place].CopyTo(kept.AsSpan(kept.Length - place));
        return kept;
    }

    /// <summary>Writes the end to one of the supervisor's own outputs, with a note where something is missing.</summary>
    /// <param name="descriptor">The output.</param>
    /// <param name="length">How much of it, in bytes, at most.</param>
    /// <param name="timeout">How long its reader may take, in milliseconds.</param>
    internal void PassOn(int descriptor, int length, double timeout)
    {
        Span<byte> end = Kept();
        end = end[Math.Max(end.Length - length, 0)..];
        if (Total > end.Length)
        {
            byte[] note = Encoding.UTF8.GetBytes($"[runc-wrap left out the beginning, {Total - end.Length} bytes and some]\n");
            note.AsSpan(0, Math.Min(note.Length, end.Length)).CopyTo(end);
        }

        fixed (byte* bytes = end)
        {
            _ = Libc.WriteWithin(descriptor, bytes, end.Length, timeout);
        }
    }

    /// <summary>The last lines of the output, as text, for the log.</summary>
    internal string LastLines(int maxLines, int maxBytes)
    {
        ReadOnlySpan<byte> text = Kept();
        text = text[^Math.Min(text.Length, maxBytes)..].TrimEnd((byte)'\n');
        int start = text.Length;
        for (int line = 0; line < maxLines && start >= 0; line++)
        {
            start = text[..start].LastIndexOf((byte)'\n');
        }

        return Encoding.UTF8.GetString(text[(start + 1)..]);
    }

    public void Dispose()
    {
        Close();
        _ring.Dispose();
    }

    private void Close()
    {
        if (_source >= 0)
        {
            _ = Libc.close(_source);
            _source = -1;
        }
    }
}
