using System.Globalization;
using HookEngine.Model;
using HookEngine.Running.Log;
using Json;
using Linux;
using Serilog.Core;
using Serilog.Events;

namespace RuncWrap.Events;

/// <summary>
/// Appends events to a file, each as one line of JSON in one write, so that lines of containers started at once do not mix.
/// </summary>
internal sealed unsafe class FileSink(FilePath path, TrustPolicy trust, ILoggingFailureListener listener) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        int fd = LogFile.OpenForAppending(path, trust, out string? problem);
        if (fd < 0)
        {
            Report($"nothing is logged in {path}: it {problem}", logEvent);
            return;
        }

        if (problem is not null)
        {
            Report($"{path} is not to be trusted: {problem}", lost: null);
        }

        ReadOnlySpan<byte> line = Line(logEvent);
        fixed (byte* bytes = line)
        {
            if (!Libc.WriteAll(fd, bytes, line.Length))
            {
                Report($"{path} {FileError.FromErrno("cannot be written").Text}", logEvent);
            }
        }

        _ = Libc.close(fd);
    }

    private static ReadOnlySpan<byte> Line(LogEvent logEvent)
    {
        JsonText json = new JsonText()
            .Raw("{\"time\":"u8).String(logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))
            .Raw(",\"level\":"u8).String(Level(logEvent.Level))
            .Raw(",\"message\":"u8).String(EventLog.Message(logEvent));
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            if (value is not (ScalarValue { Value: "" } or SequenceValue { Elements.Count: 0 }))
            {
                Write(value, json.Raw(","u8).String(char.ToLowerInvariant(name[0]) + name[1..]).Raw(":"u8));
            }
        }

        return json.Raw("}\n"u8).Span;
    }

    private static void Write(LogEventPropertyValue value, JsonText json)
    {
        if (value is SequenceValue list)
        {
            _ = json.Raw("["u8);
            for (int i = 0; i < list.Elements.Count; i++)
            {
                Write(list.Elements[i], json.Separator());
            }

            _ = json.Raw("]"u8);
            return;
        }

        _ = (value as ScalarValue)?.Value switch
        {
            string text => json.String(text),
            int number => json.Number(number),
            long number => json.Number(number),
            double number => json.Number(number),
            bool flag => json.Raw(flag ? "true"u8 : "false"u8),
            _ => json.String(value.ToString(null, CultureInfo.InvariantCulture)),
        };
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Error => "error",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Information => "information",
        _ => "debug",
    };

    private void Report(string problem, LogEvent? lost) =>
        listener.OnLoggingFailed(this, LoggingFailureKind.Permanent, problem, lost is null ? null : [lost], null);
}
