using System.Globalization;
using System.Text;
using Linux.Journal;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Sinks.Journald;

namespace Serilog;

/// <summary>Adds <c>WriteTo.Journald()</c> to <see cref="LoggerConfiguration"/>.</summary>
public static class JournaldLoggerConfigurationExtensions
{
    /// <summary>
    /// Sends events to systemd-journald by its native protocol, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/. <c>MESSAGE</c> is the event's
    /// message, <c>PRIORITY</c> its level as syslog(3) has it (2, 3, 4, 6, or 7 for debug and verbose), and <c>EXCEPTION</c> its exception.
    /// Each property is a field: <c>ContainerId</c> is <c>CONTAINER_ID</c>, and one whose name cannot be a field's is <c>PROPERTY_..</c>. Its
    /// text is as the invariant culture has it. A list is the field several times; a value that is empty is no field.
    /// </summary>
    /// <remarks>
    /// Nobody waits for the journal. One that is not there, or has no room, does not get the event, and a failure is reported, to
    /// <see cref="Debugging.SelfLog"/> or to what <see cref="LoggerSinkConfiguration.Fallible"/> and
    /// <see cref="LoggerSinkConfiguration.FallbackChain"/> name.
    /// </remarks>
    /// <param name="sinkConfiguration">The configuration that the sink is added to.</param>
    /// <param name="restrictedToMinimumLevel">The least that is sent. Ignored if <paramref name="levelSwitch"/> is given.</param>
    /// <param name="syslogIdentifier"><c>SYSLOG_IDENTIFIER</c>, by which <c>journalctl --identifier</c> finds events; none if null.</param>
    /// <param name="formatProvider">The culture of values within the message; the current one if null.</param>
    /// <param name="levelSwitch">Changes the least that is sent while the program runs.</param>
    /// <param name="socketPath">
    /// The journal's socket. That of a namespace, systemd.exec(5) <c>LogNamespace=</c>, is <c>/run/systemd/journal.NAMESPACE/socket</c>.
    /// </param>
    /// <returns>The logger's configuration, for more of it.</returns>
    /// <exception cref="ArgumentNullException">The configuration or the path is null.</exception>
    /// <exception cref="ArgumentException">The path is empty, has a NUL, or has more than the 107 bytes of unix(7).</exception>
    public static LoggerConfiguration Journald(
        this LoggerSinkConfiguration sinkConfiguration,
        LogEventLevel restrictedToMinimumLevel = LevelAlias.Minimum,
        string? syslogIdentifier = null,
        IFormatProvider? formatProvider = null,
        LoggingLevelSwitch? levelSwitch = null,
        string socketPath = JournalSocket.SystemPath)
    {
        ArgumentNullException.ThrowIfNull(sinkConfiguration);
        EnsureIsSocketPath(socketPath);
        var sink = new JournaldSink(syslogIdentifier, logEvent => logEvent.RenderMessage(formatProvider), socketPath);
        return sinkConfiguration.Sink(sink, restrictedToMinimumLevel, levelSwitch);
    }

    /// <summary>
    /// Sends events to systemd-journald, with a <c>MESSAGE</c> that a formatter writes. All else is as with
    /// <see cref="Journald(LoggerSinkConfiguration, LogEventLevel, string?, IFormatProvider?, LoggingLevelSwitch?, string)"/>.
    /// </summary>
    /// <param name="sinkConfiguration">The configuration that the sink is added to.</param>
    /// <param name="formatter">Writes the message. A line break at its end is left out.</param>
    /// <param name="restrictedToMinimumLevel">The least that is sent. Ignored if <paramref name="levelSwitch"/> is given.</param>
    /// <param name="syslogIdentifier"><c>SYSLOG_IDENTIFIER</c>, by which <c>journalctl --identifier</c> finds events; none if null.</param>
    /// <param name="levelSwitch">Changes the least that is sent while the program runs.</param>
    /// <param name="socketPath">The journal's socket.</param>
    /// <returns>The logger's configuration, for more of it.</returns>
    /// <exception cref="ArgumentNullException">The configuration, the formatter or the path is null.</exception>
    /// <exception cref="ArgumentException">The path is empty, has a NUL, or has more than the 107 bytes of unix(7).</exception>
    public static LoggerConfiguration Journald(
        this LoggerSinkConfiguration sinkConfiguration,
        ITextFormatter formatter,
        LogEventLevel restrictedToMinimumLevel = LevelAlias.Minimum,
        string? syslogIdentifier = null,
        LoggingLevelSwitch? levelSwitch = null,
        string socketPath = JournalSocket.SystemPath)
    {
        ArgumentNullException.ThrowIfNull(sinkConfiguration);
        ArgumentNullException.ThrowIfNull(formatter);
        EnsureIsSocketPath(socketPath);
        var sink = new JournaldSink(syslogIdentifier, logEvent => Format(formatter, logEvent), socketPath);
        return sinkConfiguration.Sink(sink, restrictedToMinimumLevel, levelSwitch);
    }

    private static string Format(ITextFormatter formatter, LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        formatter.Format(logEvent, text);
        return text.ToString().TrimEnd('\n');
    }

    private static void EnsureIsSocketPath(string socketPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        if (socketPath.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(socketPath) > JournalSocket.MaxPathLength)
        {
            throw new ArgumentException($"\"{socketPath}\" cannot be a socket's path: it has a NUL or more than {JournalSocket.MaxPathLength} bytes", nameof(socketPath));
        }
    }
}
