using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IntegrationTests.Fixture;

/// <summary>One message received from a socket, and a descriptor that came with it, recvmsg(2), cmsg(3).</summary>
internal sealed unsafe partial record ReceivedMessage(byte[] Data, SafeFileHandle? Descriptor)
{
    private const int ControlHeader = 16;
    private const int CloseOnExec = 0x40000000;

    /// <summary>Waits for a message of at most 1 MB and receives it.</summary>
    public static ReceivedMessage Take(Socket socket)
    {
        byte[] data = new byte[1024 * 1024];
        byte* control = stackalloc byte[ControlHeader + 8];
        fixed (byte* start = data)
        {
            var vector = new Vector(start, data.Length);
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlHeader + 8 };
            nint length = recvmsg((int)socket.Handle, &message, CloseOnExec);
            return length < 0 ? throw new IOException("nothing could be received over the socket") : new ReceivedMessage(
                data[..(int)length],
                message.ControlLength > ControlHeader ? new SafeFileHandle(*(int*)(control + ControlHeader), ownsHandle: true) : null);
        }
    }

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
