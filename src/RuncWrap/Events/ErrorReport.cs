using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Json;
using Linux;
using RuncWrap.PreRuntime;

namespace RuncWrap.Events;

/// <summary>
/// Tells a failure to the person at <c>docker run</c>: on standard error, and as one line in the runtime's <c>--log</c> file, where
/// containerd's shim takes the message from that the client shows.
/// </summary>
internal static unsafe class ErrorReport
{
    /// <summary>Tells it. What cannot be told in one of the places is told in the other.</summary>
    internal static void Write(in StartContext start, string message)
    {
        ref readonly Invocation invocation = ref start.Invocation;
        if (start.Inherited.HasStandardError)
        {
            WriteLine(message);
        }

        if (invocation.Log != null)
        {
            EarlyReport.AppendToLog(EarlyReport.LogFile(invocation.Log), LogLine(invocation, message));
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
            return Libc.WriteWithin(2, text, bytes.Length, EarlyReport.Timeout);
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
}
