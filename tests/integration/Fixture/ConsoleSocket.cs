using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace IntegrationTests.Fixture;

/// <summary>The engine's side of a runtime's --console-socket. It receives the terminal that the runtime made for the container.</summary>
internal sealed class ConsoleSocket : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public ConsoleSocket(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
    }

    /// <summary>Returns the terminal's other side, which the runtime sent.</summary>
    public SafeFileHandle Receive()
    {
        using Socket connection = _listener.Accept();
        return ReceivedMessage.Take(connection).Descriptor ?? throw new IOException("no descriptor came over the console socket");
    }

    public void Dispose() => _listener.Dispose();
}
