using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HookEngine.Running.Log;
using Json;
using Linux;

namespace RuncWrap;

/// <summary>
/// Tells a failure to the person at <c>docker run</c>: on standard error, and as one line in the runtime's <c>--log</c> file, where
/// containerd's shim takes the message from that the client shows.
/// </summary>
internal static unsafe class ErrorReport
{
    private const uint LogFileMode = 0x1A4;

    /// <summary>How long the reader of standard error may take, in milliseconds.</summary>
    internal const double Timeout = 500;

    /// <summary>Tells it. What cannot be told in one of the places is told in the other.</summary>
    internal static void Write(in Invocation invocation, string message)
    {
        if (NativeEntry.Inherited.HasStandardError)
        {
            WriteLine(message);
        }

        if (invocation.Log != null)
        {
            AppendToLog(LogFile(invocation.Log), LogLine(invocation, message));
        }
    }

    /// <summary>
    /// Writes a line to standard error, unless nobody reads there: a reader that hangs must not hold up the container. Control characters,
    /// which a file's name may have, do not get to a terminal.
    /// </summary>
    /// <returns>Whether it was taken.</returns>
    internal static bool WriteLine(string message)
    {
        string line = string.Create(message.Length, message, static (result, text) =>
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = char.IsControl(text[i]) ? '\uFFFD' : text[i];
            }
        });
        byte[] bytes = Encoding.UTF8.GetBytes($"runc-wrap: {line}\n");
        fixed (byte* text = bytes)
        {
            return Libc.WriteWithin(2, text, bytes.Length, Timeout);
        }
    }

    /// <summary>The line in the format that was asked for: JSON, or logrus' text format as runc has it.</summary>
    private static byte[] LogLine(in Invocation invocation, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        bool json = invocation.LogFormat != null
            && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(invocation.LogFormat).SequenceEqual("json"u8);
        JsonText line = json
            ? new JsonText().Raw("{\"level\":\"error\",\"msg\":"u8).String(message).Raw(",\"time\":"u8).String(time).Raw("}\n"u8)
            : new JsonText().Raw("time="u8).String(time).Raw(" level=error msg="u8).String(message).Raw("\n"u8);
        return line.ToArray();
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

    /// <summary>Adds a line to a file, if it can be. It works before the managed runtime is started.</summary>
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
