using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Linux;
using SeccompProfiles.Calls;

namespace SeccompProfiles.Recordings;

/// <summary>Reads and writes recordings as JSON, format <c>ocihooks-seccomp/1</c>.</summary>
public static class RecordingJson
{
    private const string Version = "ocihooks-seccomp/1";

    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a recording as JSON text, with a line break at the end.</summary>
    public static byte[] Write(Recording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, s_options))
        {
            json.WriteStartObject();
            json.WriteString("version", Version);
            json.WriteString("subject", recording.Subject);
            if (recording.Image is not null)
            {
                json.WriteString("image", recording.Image);
            }

            json.WriteString("architecture", recording.Native.SeccompName());
            json.WriteNumber("runCount", recording.RunCount);
            WriteRuns(json, recording.Runs);
            WriteCalls(json, recording.Calls);
            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <summary>Reads a recording.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="name">The name of the file, for messages.</param>
    /// <exception cref="OciHooksException">The text is not a recording.</exception>
    public static Recording Read(ReadOnlyMemory<byte> text, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.GetProperty("version").GetString() != Version)
            {
                throw new OciHooksException($"{name}: version: is not \"{Version}\"; it was made by another version of OciHooks");
            }

            var calls = new SortedDictionary<CallAbi, IReadOnlyList<RecordedCall>>();
            foreach (JsonProperty abi in root.GetProperty("calls").EnumerateObject())
            {
                calls[AbiOf(abi.Name)] = [.. abi.Value.EnumerateObject().Select(ReadCall)];
            }

            return new Recording
            {
                Subject = root.GetProperty("subject").GetString() ?? "",
                Image = root.TryGetProperty("image", out JsonElement image) ? image.GetString() : null,
                Native = AbiOf(root.GetProperty("architecture").GetString() ?? ""),
                RunCount = root.GetProperty("runCount").GetInt32(),
                Runs = [.. root.GetProperty("runs").EnumerateArray().Select(ReadRun)],
                Calls = calls,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OciHooksException($"{name}: is no recording of system calls: {problem.Message}; take it away and record again");
        }
    }

    private static CallAbi AbiOf(string name) => CallAbis.Parse(name) ?? throw new FormatException($"\"{name}\" is no architecture");

    private static RecordedCall ReadCall(JsonProperty call) => new(
        call.Name,
        call.Value.GetProperty("count").GetInt64(),
        call.Value.GetProperty("process").GetString() ?? "",
        call.Value.GetProperty("pid").GetInt32());

    private static RecordedRun ReadRun(JsonElement run) => new(
        run.GetProperty("time").GetDateTimeOffset(),
        run.GetProperty("container").GetString() ?? "",
        run.TryGetProperty("name", out JsonElement name) ? name.GetString() : null,
        [.. run.GetProperty("new").EnumerateArray().Select(call => call.GetString() ?? "")])
    {
        Begun = run.TryGetProperty("begun", out JsonElement begun) ? begun.GetDateTimeOffset() : null,
    };

    private static void WriteRuns(Utf8JsonWriter json, IReadOnlyList<RecordedRun> runs)
    {
        json.WriteStartArray("runs");
        foreach (RecordedRun run in runs)
        {
            json.WriteStartObject();
            json.WriteString("time", run.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
            if (run.Begun is { } begun)
            {
                json.WriteString("begun", begun.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            }

            json.WriteString("container", run.Container);
            if (run.Name is not null)
            {
                json.WriteString("name", run.Name);
            }

            json.WriteStartArray("new");
            foreach (string call in run.New)
            {
                json.WriteStringValue(call);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCalls(Utf8JsonWriter json, IReadOnlyDictionary<CallAbi, IReadOnlyList<RecordedCall>> byAbi)
    {
        json.WriteStartObject("calls");
        foreach ((CallAbi abi, IReadOnlyList<RecordedCall> calls) in byAbi)
        {
            json.WriteStartObject(abi.SeccompName());
            foreach (RecordedCall call in calls)
            {
                json.WriteStartObject(call.Name);
                json.WriteNumber("count", call.Count);
                json.WriteString("process", call.Process);
                json.WriteNumber("pid", call.Pid);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
