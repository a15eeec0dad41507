using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IntegrationTests.Fixture;

/// <summary>The engine's side of a runtime's --console-socket: takes the terminal that the runtime made for the container.</summary>
internal sealed unsafe partial class ConsoleSocket : IDisposable
{
    private const int ControlHeader = 16;
    private const int CloseOnExec = 0x40000000;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public ConsoleSocket(string path)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
    }

    /// <summary>The terminal's other side, which the runtime sent.</summary>
    public SafeFileHandle Receive()
    {
        using Socket connection = _listener.Accept();
        byte* data = stackalloc byte[4096];
        byte* control = stackalloc byte[ControlHeader + 8];
        var vector = new Vector(data, 4096);
        var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlHeader + 8 };
        return recvmsg((int)connection.Handle, &message, CloseOnExec) >= 0 && message.ControlLength > ControlHeader
            ? new SafeFileHandle(*(int*)(control + ControlHeader), ownsHandle: true)
            : throw new IOException("no descriptor came over the console socket");
    }

    public void Dispose() => _listener.Dispose();

    [LibraryImport("libc")]
    private static partial nint recvmsg(int socket, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Vector(byte* start, nint length)
    {
        public readonly byte* Start = start;
        public readonly nint Length = length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nint VectorCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }
}
