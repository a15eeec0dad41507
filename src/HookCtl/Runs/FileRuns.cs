using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using HookEngine.Model;
using HookEngine.Running.Log;
using Linux;
using Microsoft.Win32.SafeHandles;

namespace HookCtl.Runs;

/// <summary>The runs in the file that <c>log.file</c> names, where each event is a line of JSON.</summary>
internal sealed class FileRuns(string path, TrustPolicy trust = TrustPolicy.Enforce) : RunSource
{
    internal override string Name => path;

    internal override string? Validate(RunQuery query) =>
        query.Follow ? $"only the journal can be followed, and hooks are logged in {path}: use tail -f, or set log.journald to true"
        : query.Since is not null && Start(query) is null
            ? $"--since {query.Since} is no time: write 2025-01-31, \"2025-01-31 12:00:00\", today, yesterday, \"2h ago\" or -2h"
        : null;

    internal override async IAsyncEnumerable<HookRun> ReadAsync(RunQuery query, [EnumeratorCancellation] CancellationToken token)
    {
        Position = query.After;
        DateTimeOffset since = Start(query) ?? DateTimeOffset.MinValue;
        await using FileStream? file = Open(out ulong inode);
        if (file is null)
        {
            yield break;
        }

        bool isSame = query.After is { } after && after.Source == path && after.Inode == inode && after.Offset <= file.Length;
        DateTimeOffset newerThan = isSame ? DateTimeOffset.MinValue : query.After?.Time ?? DateTimeOffset.MinValue;
        DateTimeOffset last = query.After?.Time ?? DateTimeOffset.MinValue;
        long offset = isSame ? query.After!.Offset!.Value : 0;
        await foreach (byte[] line in LinesAsync(file, offset, token))
        {
            offset += line.Length + 1;
            (DateTimeOffset Time, HookRun? Run)? record = Record(line);
            if (record is null)
            {
                SkippedLines++;
            }
            else if (record.Value is { Run: { } run, Time: var time }
                && time >= since && time > newerThan
                && (run.HasFailed || !query.OnlyFailed))
            {
                last = time > last ? time : last;
                yield return run;
            }
        }

        Position = new RunPosition(path, last, null, inode, offset);
    }

    private static DateTimeOffset? Start(RunQuery query) => query.Since is { } text ? Since.Parse(text, DateTimeOffset.Now) : null;

    /// <summary>Opens the file; null if there is none yet.</summary>
    private FileStream? Open(out ulong inode)
    {
        int fd = LogFile.OpenForReading(new FilePath(path), trust, out string? problem, out FileStatus status);
        inode = status.Inode;
        if (fd < 0)
        {
            return problem is null ? null : throw new OciHooksException($"{path}, which log.file names: it {problem}");
        }

        return new FileStream(new SafeFileHandle(fd, ownsHandle: true), FileAccess.Read);
    }

    /// <summary>The lines from there on, without their ends. One that has no end is still being written.</summary>
    private static async IAsyncEnumerable<byte[]> LinesAsync(FileStream file, long offset, [EnumeratorCancellation] CancellationToken token)
    {
        file.Position = offset;
        using var line = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await file.ReadAsync(buffer, token)) > 0)
        {
            int start = 0;
            int end;
            while ((end = Array.IndexOf(buffer, (byte)'\n', start, count - start)) >= 0)
            {
                line.Write(buffer, start, end - start);
                yield return line.ToArray();
                line.SetLength(0);
                start = end + 1;
            }

            line.Write(buffer, start, count - start);
        }
    }

    /// <summary>What a line has: when, and the run if it tells of one. Null for what is no event.</summary>
    internal static (DateTimeOffset Time, HookRun? Run)? Record(byte[] line)
    {
        try
        {
            using JsonDocument record = JsonDocument.Parse(line);
            if (record.RootElement.ValueKind != JsonValueKind.Object
                || !record.RootElement.TryGetProperty("time"u8, out JsonElement when)
                || when.ValueKind != JsonValueKind.String
                || !when.TryGetDateTimeOffset(out DateTimeOffset time))
            {
                return null;
            }

            var fields = new Dictionary<string, string>();
            foreach (JsonProperty field in record.RootElement.EnumerateObject())
            {
                fields[JournalName(field.Name)] = field.Value.ToString();
            }

            return (time, HookRun.Of(time, fields));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // A text that is not UTF-8, or half a surrogate pair, is only noticed when it is asked for.
            return null;
        }
    }

    /// <summary>OCIHOOKS_EXIT_CODE for ocihooksExitCode.</summary>
    private static string JournalName(string camelCase)
    {
        var name = new StringBuilder();
        foreach (char letter in camelCase)
        {
            name.Append(char.IsAsciiLetterUpper(letter) ? "_" : "").Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
