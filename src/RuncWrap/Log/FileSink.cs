using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookEngine.Linux;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>
/// Appends events to a file, each as one line of JSON in one write, so that lines of containers started at once do not mix.
/// </summary>
internal sealed unsafe class FileSink(FilePath path, Delivery delivery) : ILogEventSink
{
    private const uint OnlyOwnerWrites = 0x1A4;

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        byte[] line = Line(logEvent);
        int fd;
        fixed (byte* name = path.Terminated)
        {
            fd = Libc.Open(name, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_NONBLOCK, OnlyOwnerWrites);
        }

        if (fd < 0)
        {
            return;
        }

        fixed (byte* bytes = line)
        {
            delivery.Note(Libc.WriteAll(fd, bytes, line.Length));
        }

        _ = Libc.close(fd);
    }

    private static byte[] Line(LogEvent logEvent)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, logEvent.Timestamp.UtcDateTime);
            json.WriteString("level"u8, logEvent.Level.ToString().ToLowerInvariant());
            json.WriteString("message"u8, EventText.Message(logEvent));
            foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
            {
                WriteProperty(json, JsonNamingPolicy.CamelCase.ConvertName(name), EventText.Values(name, value), value);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, List<string> values, LogEventPropertyValue value)
    {
        if (values.Count == 0)
        {
            return;
        }

        if (value is ScalarValue { Value: int or long or double or bool })
        {
            json.WritePropertyName(name);
            json.WriteRawValue(values[0]);
            return;
        }

        if (value is not SequenceValue)
        {
            json.WriteString(name, values[0]);
            return;
        }

        json.WriteStartArray(name);
        foreach (string element in values)
        {
            json.WriteStringValue(element);
        }

        json.WriteEndArray();
    }
}
