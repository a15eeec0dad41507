using System.Globalization;
using IntegrationTests.Wrapper;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace UnitTests.Journald;

public sealed class JournaldSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("journald-").FullName;
    private readonly FakeJournal _journal;

    public JournaldSinkTests() => _journal = new FakeJournal(_directory);

    public static TheoryData<LogEventLevel, string> Priorities => new()
    {
        { LogEventLevel.Fatal, "2" },
        { LogEventLevel.Error, "3" },
        { LogEventLevel.Warning, "4" },
        { LogEventLevel.Information, "6" },
        { LogEventLevel.Debug, "7" },
        { LogEventLevel.Verbose, "7" },
    };

    private string SocketPath => Path.Combine(_directory, "socket");

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void An_event_is_its_message_and_a_field_for_each_property()
    {
        using Logger logger = Logger(syslogIdentifier: "tests");

        logger.Information("{UserName} took {DurationMs} ms", "x y", 12.5);

        AssertFields(
            ("SYSLOG_IDENTIFIER", "tests"), ("PRIORITY", "6"), ("MESSAGE", "\"x y\" took 12.5 ms"), ("USER_NAME", "x y"), ("DURATION_MS", "12.5"));
    }

    [Fact]
    public void Without_an_identifier_there_is_no_such_field()
    {
        using Logger logger = Logger();

        logger.Information("text {{}}");

        AssertFields(("PRIORITY", "6"), ("MESSAGE", "text {}"));
    }

    [Theory]
    [MemberData(nameof(Priorities))]
    public void The_level_is_a_priority_of_syslog(LogEventLevel level, string priority)
    {
        using Logger logger = Logger();

        logger.Write(level, "text");

        Assert.Equal([priority], Assert.Single(_journal.Take())["PRIORITY"]);
    }

    [Fact]
    public void An_exception_is_a_field()
    {
        using Logger logger = Logger();

        logger.Error(new InvalidOperationException("broken\nin two"), "text");

        string exception = Assert.Single(Assert.Single(_journal.Take())["EXCEPTION"]);
        Assert.StartsWith("System.InvalidOperationException: broken\nin two", exception, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_is_the_field_several_times_and_what_is_empty_is_none()
    {
        using Logger logger = Logger();

        logger.Information("text {Names} {None} {Empty} {Nothing}", new[] { "a", "", "b\nc" }, Array.Empty<string>(), "", null);

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal(["a", "b\nc"], entry["NAMES"]);
        Assert.Equal(["PRIORITY", "MESSAGE", "NAMES"], entry.Select(field => field.Key));
    }

    [Fact]
    public void No_value_and_no_name_can_pass_itself_off_as_another_field()
    {
        using Logger logger = Logger(syslogIdentifier: "a\nPRIORITY=0");

        logger.ForContext("Value", "x\nPRIORITY=1\n").ForContext("b\nPRIORITY", "2").ForContext("Priority", "3").Information("m\nPRIORITY=4");

        AssertFields(
            ("SYSLOG_IDENTIFIER", "a\nPRIORITY=0"),
            ("PRIORITY", "6"),
            ("MESSAGE", "m\nPRIORITY=4"),
            ("PROPERTY_PRIORITY", "3"),
            ("B_PRIORITY", "2"),
            ("VALUE", "x\nPRIORITY=1\n"));
    }

    [Fact]
    public void What_is_no_datagram_goes_as_a_file_in_memory()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789é\n", 100_000));
        using Logger logger = Logger();

        logger.Information("text {Long}", text);

        ILookup<string, string> entry = Assert.Single(_journal.Take());
        Assert.Equal([text], entry["LONG"]);
        Assert.Equal(["6"], entry["PRIORITY"]);
    }

    [Fact]
    public void There_are_no_more_fields_than_journald_takes()
    {
        using Logger logger = Logger();
        logger.Information("text {List} {Other}", Enumerable.Range(0, 2000), 1);
        ILogger many = logger;
        for (int i = 0; i < 2000; i++)
        {
            many = many.ForContext(string.Create(CultureInfo.InvariantCulture, $"p{i}"), i);
        }

        many.Information("text");

        IReadOnlyList<ILookup<string, string>> entries = _journal.Take();
        Assert.Equal(Enumerable.Range(0, 128).Select(i => i.ToString(CultureInfo.InvariantCulture)), entries[0]["LIST"]);
        Assert.Equal(["1"], entries[0]["OTHER"]);
        Assert.InRange(entries[1].Count, 1000, 1024);
        Assert.Equal(["text"], entries[1]["MESSAGE"]);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced()
    {
        using Logger logger = Logger();

        logger.Information("text {Half}", "a\ud800b");

        Assert.Equal(["a\ufffdb"], Assert.Single(_journal.Take())["HALF"]);
    }

    [Fact]
    public void What_is_below_the_level_is_not_sent()
    {
        var levelSwitch = new LoggingLevelSwitch(LogEventLevel.Error);
        using Logger restricted = Configuration()
            .WriteTo.Journald(LogEventLevel.Warning, formatProvider: CultureInfo.InvariantCulture, socketPath: SocketPath).CreateLogger();
        using Logger switched = Configuration()
            .WriteTo.Journald(formatProvider: CultureInfo.InvariantCulture, levelSwitch: levelSwitch, socketPath: SocketPath).CreateLogger();

        restricted.Information("no");
        restricted.Warning("a");
        switched.Warning("no");
        levelSwitch.MinimumLevel = LogEventLevel.Debug;
        switched.Debug("b");

        Assert.Equal(["a", "b"], _journal.Take().Select(entry => Assert.Single(entry["MESSAGE"])));
    }

    [Fact]
    public void A_formatter_writes_the_message()
    {
        var formatter = new MessageTemplateTextFormatter("[{Level:u3}] {Message:lj}{NewLine}", CultureInfo.InvariantCulture);
        using Logger logger = Configuration()
            .WriteTo.Journald(formatter, LogEventLevel.Warning, "tests", socketPath: SocketPath).CreateLogger();

        logger.Information("no");
        logger.Warning("text {Name}", "x");

        AssertFields(("SYSLOG_IDENTIFIER", "tests"), ("PRIORITY", "4"), ("MESSAGE", "[WRN] text x"), ("NAME", "x"));
    }

    [Fact]
    public void Values_in_the_message_are_as_the_format_provider_has_them()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        using Logger logger = Configuration().WriteTo.Journald(formatProvider: culture, socketPath: SocketPath).CreateLogger();

        logger.Information("{Value}", 1.5);

        AssertFields(("PRIORITY", "6"), ("MESSAGE", "1,5"), ("VALUE", "1.5"));
    }

    [Theory]
    [InlineData("missing", "no such file or directory")]
    [InlineData("dead", "connection refused")]
    [InlineData("full", "resource temporarily unavailable")]
    public void What_the_journal_does_not_take_goes_to_the_fallback_and_the_failure_to_a_listener(string kind, string reason)
    {
        string path = Break(kind);
        var fallback = new Recorder();
        using Logger chain = Configuration()
            .WriteTo.FallbackChain(
                to => to.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: path), to => to.Sink(fallback)).CreateLogger();
        using Logger fallible = Configuration()
            .WriteTo.Fallible(to => to.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: path), fallback).CreateLogger();

        chain.Information("a");
        fallible.Information("b");

        Assert.Equal("a", Assert.Single(fallback.Events).RenderMessage(CultureInfo.InvariantCulture));
        (LoggingFailureKind kindOfFailure, string message, string lost) = Assert.Single(fallback.Failures);
        Assert.Equal((LoggingFailureKind.Permanent, "b"), (kindOfFailure, lost));
        Assert.StartsWith($"{path} takes no entry: {reason}", message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Without_a_listener_a_failure_is_told_to_SelfLog()
    {
        string path = Break("missing");
        List<string> told = [];
        SelfLog.Enable(told.Add);
        try
        {
            using Logger logger = Configuration()
                .WriteTo.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: path).CreateLogger();
            logger.Information("text");
        }
        finally
        {
            SelfLog.Disable();
        }

        Assert.Contains(told, message => message.Contains($"{path} takes no entry", StringComparison.Ordinal));
    }

    [Fact]
    public void A_journal_that_is_started_anew_is_found()
    {
        using Logger logger = Logger();
        logger.Information("a");
        _journal.Dispose();
        File.Delete(SocketPath);
        logger.Information("lost");
        using var again = new FakeJournal(_directory);

        logger.Information("b");

        Assert.Equal("b", Assert.Single(Assert.Single(again.Take())["MESSAGE"]));
    }

    private static LoggerConfiguration Configuration() => new LoggerConfiguration().MinimumLevel.Verbose();

    private Logger Logger(string? syslogIdentifier = null) => Configuration()
        .WriteTo.Journald(syslogIdentifier: syslogIdentifier, formatProvider: CultureInfo.InvariantCulture, socketPath: SocketPath)
        .CreateLogger();

    /// <summary>Returns the path of a journal that accepts nothing.</summary>
    private string Break(string kind)
    {
        string path = Path.Combine(_directory, kind);
        if (kind == "full")
        {
            _journal.FillUp();
            return SocketPath;
        }

        if (kind == "dead")
        {
            // Disposing the journal would delete the socket's file.
            File.Move(SocketPath, path);
            _journal.Dispose();
        }

        return path;
    }

    private void AssertFields(params (string Name, string Value)[] fields) => Assert.Equal(
        fields.Order(), Assert.Single(_journal.Take()).SelectMany(field => field.Select(value => (field.Key, value))).Order());

    /// <summary>Keeps the events and failures that it receives.</summary>
    private sealed class Recorder : ILogEventSink, ILoggingFailureListener
    {
        public List<LogEvent> Events { get; } = [];

        public List<(LoggingFailureKind Kind, string Message, string Lost)> Failures { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);

        public void OnLoggingFailed(
            object sender, LoggingFailureKind kind, string message, IReadOnlyCollection<LogEvent>? events, Exception? exception) =>
            Failures.Add((kind, message, Assert.Single(events!).RenderMessage(CultureInfo.InvariantCulture)));
    }
}
