using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Linux;
using Spectre.Console;

namespace HookCtl.Output;

/// <summary>Standard output: for people, with colours on a terminal unless NO_COLOR is set, or JSON for programs.</summary>
internal static class Screen
{
    /// <summary>Where nobody's terminal is, nothing is wrapped.</summary>
    private const int Unbounded = 100_000;

    /// <summary>Nobody puts this into a web page: what is no control character stays as it is.</summary>
    private static readonly JsonWriterOptions s_jsonOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly IAnsiConsole s_console = MakeConsole();

    /// <summary>Writes a table, a tree or a text for people.</summary>
    /// <exception cref="OciHooksException">The output cannot be written; so for all that write.</exception>
    internal static void Write(Spectre.Console.Rendering.IRenderable content)
    {
        try
        {
            s_console.Write(content);
        }
        catch (IOException failure)
        {
            throw CannotWrite(failure);
        }
    }

    /// <summary>Writes a line, however long.</summary>
    internal static void WriteLine(string text) => WriteLine((text, Style.Plain));

    /// <summary>Writes a line of several styles, however long.</summary>
    internal static void WriteLine(params (string Text, Style Style)[] parts) => Write(new UnwrappedLine(parts));

    /// <summary>Lines of a table's cell or a tree's node.</summary>
    internal static Text Cell(params IEnumerable<string> lines) => new(string.Join('\n', lines.Select(Sanitize)));

    /// <summary>Tells on standard error what is wrong.</summary>
    internal static void WriteError(string problem) => Console.Error.WriteLine($"hookctl: {Sanitize(problem)}");

    /// <summary>Writes a text that is for another program, byte for byte.</summary>
    internal static void WriteText(string text) => WriteBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes what is for another program, byte for byte.</summary>
    internal static void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(bytes);
        }
        catch (IOException failure)
        {
            throw CannotWrite(failure);
        }
    }

    /// <summary>Writes a report as JSON, with a line break behind it.</summary>
    internal static void WriteJson<T>(T report, JsonTypeInfo<T> type)
    {
        WriteJson(report, type, s_jsonOptions);
    }

    /// <summary>Writes a report as JSON on one line, for those who read while there is more to come.</summary>
    internal static void WriteJsonLine<T>(T report, JsonTypeInfo<T> type)
    {
        WriteJson(report, type, s_jsonOptions with { Indented = false });
    }

    private static void WriteJson<T>(T report, JsonTypeInfo<T> type, JsonWriterOptions options)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, options))
        {
            JsonSerializer.Serialize(json, report, type);
        }

        text.WriteByte((byte)'\n');
        WriteBytes(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private static OciHooksException CannotWrite(IOException failure) =>
        new($"cannot write the output: {failure.Message}; give it a place that takes it");

    /// <summary>
    /// Ends the program when nobody reads its output any more, which those that wait for more to write would not notice otherwise.
    /// </summary>
    internal static void EndWithReader() => new Thread(AwaitNoReader) { IsBackground = true }.Start();

    private static unsafe void AwaitNoReader()
    {
        // Nothing is waited for but an error, which a pipe has when its other end is closed.
        var output = new PollEntry { Descriptor = 1 };
        while (Libc.poll(&output, 1, -1) <= 0)
        {
        }

        Environment.Exit(ExitCode.Fine);
    }

    /// <summary>
    /// Text of others, made safe to show: a terminal would obey control characters, and turn the direction of writing, so pictures stand
    /// for them.
    /// </summary>
    internal static string Sanitize(string text) => string.Concat(text.Select(letter =>
        letter < ' ' ? (char)('\u2400' + letter)
        : char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format ? '\ufffd'
        : letter));

    private static IAnsiConsole MakeConsole()
    {
        bool isTerminal = !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = Unbounded;
        }

        return console;
    }
}
