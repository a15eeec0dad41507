using System.Runtime.InteropServices;
using Linux;
using RuncWrap.Events;

namespace RuncWrap.PreRuntime;

/// <summary>
/// Tells of a failure without the managed runtime, where <see cref="ErrorReport"/> tells of one. Nothing in here may allocate or throw.
/// </summary>
internal static unsafe class EarlyReport
{
    /// <summary>How long the reader of standard error may take, in milliseconds.</summary>
    internal const double Timeout = 500;

    private const int LineLimit = 512;
    private const uint LogFileMode = 0x1A4;

    /// <summary>Tells it on standard error, if that was open, and in the runtime's <c>--log</c> file.</summary>
    /// <param name="start">What the process was started with.</param>
    /// <param name="message">The message, which must need no escaping in JSON.</param>
    internal static void Write(in StartContext start, ReadOnlySpan<byte> message)
    {
        ref readonly Invocation invocation = ref start.Invocation;
        byte* line = stackalloc byte[LineLimit];
        if (start.Inherited.HasStandardError)
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
        AppendToLog(LogFile(invocation.Log), new ReadOnlySpan<byte>(line, length));
    }

    /// <summary>Tells on standard error what became of a hook.</summary>
    internal static void WriteForHook(in StartContext start, ReadOnlySpan<byte> path, ReadOnlySpan<byte> what)
    {
        byte* line = stackalloc byte[LineLimit];
        if (start.Inherited.HasStandardError)
        {
            WriteLast(line, Join(line, "runc-wrap: hook "u8, path[..Math.Min(path.Length, LineLimit / 2)], what));
        }
    }

    /// <summary>Writes what is this process's last line: neither a reader that hangs nor one that is gone may change how it ends.</summary>
    private static void WriteLast(byte* line, int length)
    {
        Libc.SetAction(Libc.SIGPIPE, Libc.SIG_IGN);
        Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
        _ = Libc.WriteWithin(2, line, length, Timeout);
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

    /// <summary>crun also takes <c>file:PATH</c>, and <c>journald:</c> and <c>syslog:</c>, which are no files.</summary>
    internal static byte* LogFile(byte* log)
    {
        ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(log);
        if (name.StartsWith("file:"u8))
        {
            return log + 5;
        }

        return name.StartsWith("journald:"u8) || name.StartsWith("syslog:"u8) ? null : log;
    }

    /// <summary>Adds a line to a file, if it can be.</summary>
    internal static void AppendToLog(byte* path, ReadOnlySpan<byte> line)
    {
        if (path == null)
        {
            return;
        }

        int fd = Libc.Open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_NONBLOCK, LogFileMode);
        if (fd < 0)
        {
            return;
        }

        fixed (byte* bytes = line)
        {
            _ = Libc.WriteAll(fd, bytes, line.Length);
        }

        _ = Libc.close(fd);
    }
}
