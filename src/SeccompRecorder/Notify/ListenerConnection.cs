using System.Text;
using System.Text.Json;
using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>Somebody who has connected to a listener: a runtime with a filter, or a hook.</summary>
/// <param name="descriptor">The connection.</param>
internal sealed unsafe class ListenerConnection(int descriptor)
{
    private const int PartSize = 16 * 1024;

    private readonly List<byte> _text = [];

    internal int Descriptor { get; } = descriptor;

    /// <summary>Whether it has said all it will.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>A hook's message; null as long as there is none.</summary>
    internal string? Line => _text is [not (byte)'{', .., (byte)'\n'] ? Encoding.UTF8.GetString([.. _text[..^1]]) : null;

    /// <summary>
    /// The state of the container that a runtime has told, config-linux.md of the OCI runtime specification, "The Container Process
    /// State"; null as long as it has not.
    /// </summary>
    internal HookState? State
    {
        get
        {
            if (_text is not [(byte)'{', ..])
            {
                return null;
            }

            try
            {
                using var document = JsonDocument.Parse(_text.ToArray());
                return HookState.Parse(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("state").GetRawText()));
            }
            catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return null;
            }
        }
    }

    /// <summary>Takes what is there. The descriptor that came with it; -1 for none.</summary>
    internal int Receive()
    {
        byte* part = stackalloc byte[PartSize];
        nint count = Libc.ReceiveWithDescriptor(Descriptor, part, PartSize, out int received);
        HasEnded = count <= 0;
        _text.AddRange(new ReadOnlySpan<byte>(part, (int)Math.Max(count, 0)));
        return received;
    }
}
