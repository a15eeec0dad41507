using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using HookCtl.Processes;
using HookEngine.Running.Log;
using Linux;

namespace HookCtl.Runs;

/// <summary>The runs that systemd-journald has, read by journalctl(1).</summary>
internal sealed class JournalRuns : RunSource
{
    internal const string SourceName = "journal";

    private const string Program = "journalctl";

    internal override string Name => "the journal";

    internal override async IAsyncEnumerable<HookRun> ReadAsync(RunQuery query, [EnumeratorCancellation] CancellationToken token)
    {
        Position = query.After;
        DateTimeOffset newerThan = query.After?.Time ?? DateTimeOffset.MinValue;
        await foreach (string line in ExternalProgram.ReadLinesAsync(Program, Arguments(query), "the journal cannot be read", token))
        {
            if (Fields(line) is not { } entry || Time(entry) is not { } time || HookRun.Of(time, entry) is not { } run)
            {
                SkippedLines++;
                continue;
            }

            string? cursor = entry.GetValueOrDefault("__CURSOR");
            if (cursor is not null && cursor == query.After?.Cursor)
            {
                // The entry is still there: what comes behind it is new, also if the clock was set back.
                newerThan = DateTimeOffset.MinValue;
                continue;
            }

            if (time > newerThan)
            {
                Position = new RunPosition(SourceName, time, cursor, null, null);
                yield return run;
            }
        }
    }

    /// <remarks>
    /// Not --after-cursor: where that entry is gone, it leaves the first of the newer ones out.
    /// </remarks>
    private static List<string> Arguments(RunQuery query)
    {
        List<string> arguments = ["--output=json", "--all", "--no-pager", "--quiet"];
        if (query.After is { Source: SourceName, Cursor: { } cursor })
        {
            arguments.Add($"--cursor={cursor}");
        }
        else if (query.After is { } other)
        {
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"--since=@{other.Time.ToUnixTimeSeconds()}"));
        }
        else if (query.Since is { } since)
        {
            arguments.Add($"--since={since}");
        }

        if (query.Follow)
        {
            arguments.AddRange("--follow", query.Since is null ? "--lines=10" : "--no-tail");
        }

        // Whoever likes may send what calls itself so; who has sent it is what the kernel says, systemd.journal-fields(7).
        arguments.Add("_UID=0");
        if (MachineUser.Number is not 0 and var user)
        {
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"_UID={user}"));
        }

        arguments.AddRange("SYSLOG_IDENTIFIER=runc-wrap", $"MESSAGE_ID={MessageId.HookFailed}", $"MESSAGE_ID={MessageId.HookTimedOut}");
        if (!query.OnlyFailed)
        {
            arguments.Add($"MESSAGE_ID={MessageId.HookSucceeded}");
        }

        return arguments;
    }

    /// <summary>An entry's fields, the first value of each; null for what is none.</summary>
    internal static Dictionary<string, string>? Fields(string line)
    {
        try
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            if (entry.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var fields = new Dictionary<string, string>();
            foreach (JsonProperty field in entry.RootElement.EnumerateObject())
            {
                if (Text(field.Value) is { } text)
                {
                    fields[field.Name] = text;
                }
            }

            return fields;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is only noticed when the text is asked for.
            return null;
        }
    }

    /// <summary>A value is a string; an array of its bytes, if it is not text; or an array of values.</summary>
    private static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }

        if (value.GetArrayLength() == 0 || value[0].ValueKind != JsonValueKind.Number)
        {
            return value.GetArrayLength() == 0 ? null : Text(value[0]);
        }

        return Encoding.UTF8.GetString([.. value.EnumerateArray().Select(number => number.TryGetByte(out byte code) ? code : (byte)'?')]);
    }

    private static DateTimeOffset? Time(Dictionary<string, string> entry) =>
        long.TryParse(
            entry.GetValueOrDefault("__REALTIME_TIMESTAMP"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
        && microseconds < (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalMicroseconds
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds)
            : null;
}
