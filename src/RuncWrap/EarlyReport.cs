using System.Runtime.InteropServices;
using Linux;

namespace RuncWrap;

/// <summary>
/// Tells of a failure without the managed runtime, where <see cref="ErrorReport"/> tells of one. Nothing in here may allocate or throw.
/// </summary>
internal static unsafe class EarlyReport
{
    private const int LineLimit = 512;

    /// <summary>Tells it on standard error, if that was open, and in the runtime's <c>--log</c> file.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="message">The message, which must need no escaping in JSON.</param>
    internal static void Write(in Invocation invocation, ReadOnlySpan<byte> message)
    {
        byte* line = stackalloc byte[LineLimit];
        if (NativeEntry.Inherited.HasStandardError)
        {
            WriteLast(line, Join(line, "runc-wrap: "u8, message, "\n"u8));
        }

        if (invocation.Log == null)
        {
            return;
        }

        bool isJson = invocation.LogFormat != null
            && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(invocation.LogFormat).SequenceEqual("json"u8);
        int length = isJson
            ? Join(line, "{\"level\":\"error\",\"msg\":\""u8, message, "\"}\n"u8)
            : Join(line, "level=error msg=\""u8, message, "\"\n"u8);
        ErrorReport.AppendToLog(ErrorReport.LogFile(invocation.Log), new ReadOnlySpan<byte>(line, length));
    }

    /// <summary>Tells on standard error what became of a hook.</summary>
    internal static void WriteForHook(ReadOnlySpan<byte> path, ReadOnlySpan<byte> what)
    {
        byte* line = stackalloc byte[LineLimit];
        if (NativeEntry.Inherited.HasStandardError)
        {
            WriteLast(line, Join(line, "runc-wrap: hook "u8, path[..Math.Min(path.Length, LineLimit / 2)], what));
        }
    }

    /// <summary>Writes what is this process's last line: neither a reader that hangs nor one that is gone may change how it ends.</summary>
    private static void WriteLast(byte* line, int length)
    {
        Libc.SetAction(Libc.SIGPIPE, Libc.SIG_IGN);
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
        _ = Libc.WriteWithin(2, line, length, ErrorReport.Timeout);
    }

    private static int Join(byte* line, ReadOnlySpan<byte> start, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> end)
    {
        var room = new Span<byte>(line, LineLimit);
        start.CopyTo(room);
        middle = middle[..Math.Min(middle.Length, LineLimit - start.Length - end.Length)];
        middle.CopyTo(room[start.Length..]);
        end.CopyTo(room[(start.Length + middle.Length)..]);
        return start.Length + middle.Length + end.Length;
    }
}
