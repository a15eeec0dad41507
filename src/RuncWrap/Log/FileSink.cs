using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookEngine.Linux;
using HookEngine.Log;
using HookEngine.Trust;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Log;

/// <summary>
/// Appends events to a file, each as one line of JSON in one write, so that lines of containers started at once do not mix.
/// </summary>
internal sealed unsafe class FileSink(FilePath path, TrustPolicy trust, Delivery delivery) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        byte[] line = Line(logEvent);
        int fd = LogFile.OpenForAppending(path, trust, out string? problem);
        if (fd < 0)
        {
            delivery.FileProblem = $"nothing is logged in {path}: it {problem}";
            return;
        }

        delivery.FileProblem = problem is null ? null : $"{path} is not to be trusted: {problem}";
        fixed (byte* bytes = line)
        {
            bool isWritten = Libc.WriteAll(fd, bytes, line.Length);
            delivery.FileProblem = isWritten ? delivery.FileProblem : $"{path} {FileError.FromErrno("cannot be written").Text}";
            delivery.Note(isWritten);
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
