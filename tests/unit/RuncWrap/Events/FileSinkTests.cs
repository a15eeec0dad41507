using System.Text.Json;
using HookEngine.Model;
using Linux;
using RuncWrap.Events;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace UnitTests.RuncWrap.Events;

public sealed class FileSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void An_event_is_one_line_whatever_is_in_it()
    {
        const string Hostile = "a\n\"b\\\u001b[2J\u009b2J\u0085\u2028c";
        var failures = new LogFailures();

        Emit(Path.Combine(_directory, "log"), failures, Hostile, new()
        {
            ["Text"] = new ScalarValue(Hostile),
            ["Number"] = new ScalarValue(long.MaxValue),
            ["Fraction"] = new ScalarValue(0.5),
            ["IsSo"] = new ScalarValue(true),
            ["List"] = new SequenceValue([new ScalarValue("x"), new ScalarValue("")]),
            ["Empty"] = new ScalarValue(""),
            ["EmptyList"] = new SequenceValue([]),
        });

        Assert.Equal((0, null), (failures.Count, failures.FileProblem));
        string text = File.ReadAllText(Path.Combine(_directory, "log"));
        Assert.DoesNotContain(text[..^1], char.IsControl);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        JsonElement entry = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["time", "level", "message", "text", "number", "fraction", "isSo", "list"], entry.EnumerateObject().Select(member => member.Name));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), entry.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(("warning", Hostile, Hostile), (Text("level"), Text("message"), Text("text")));
        Assert.Equal((long.MaxValue, 0.5, true), (
            entry.GetProperty("number").GetInt64(), entry.GetProperty("fraction").GetDouble(), entry.GetProperty("isSo").GetBoolean()));
        Assert.Equal(["x", ""], entry.GetProperty("list").EnumerateArray().Select(element => element.GetString()));

        string? Text(string name) => entry.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("missing/log", "cannot be opened")]
    [InlineData(".", "is a directory")]
    public void A_file_that_takes_nothing_is_a_failure_that_says_why(string name, string problem)
    {
        string path = Path.Combine(_directory, name);
        var failures = new LogFailures();

        Emit(path, failures, "text", []);

        Assert.Equal(1, failures.Count);
        Assert.StartsWith($"nothing is logged in {path}: it ", failures.FileProblem, StringComparison.Ordinal);
        Assert.Contains(problem, failures.FileProblem, StringComparison.Ordinal);
    }

    private static void Emit(string path, ILoggingFailureListener listener, string message, Dictionary<string, LogEventPropertyValue> properties) =>
        new FileSink(new FilePath(path), TrustPolicy.Off, listener).Emit(LogEvent.UnstableAssembleFromParts(
            new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            LogEventLevel.Warning,
            null,
            new MessageTemplate(message, [new TextToken(message)]),
            properties,
            default,
            default));
}
