using System.Text;
using System.Text.Json;
using HookCtl.Runs;
using Linux;

namespace HookCtl.Commands.Stats;

/// <summary>
/// A file of metrics and, beside it, the totals they are made of. The totals are written first: whatever ends the program in
/// between, no run is counted twice, and the next call brings the metrics up to date.
/// </summary>
internal static class MetricsFile
{
    private const uint ReadableByAll = 0x1A4;
    private const int StateLimit = 64 * 1024 * 1024;

    /// <summary>How long to wait for others who count: the first reading of a large journal takes its time.</summary>
    private const int LockTimeout = 60_000;

    /// <summary>Counts what is new in the log.</summary>
    /// <exception cref="OciHooksException">The log or the totals cannot be read, or the files cannot be written.</exception>
    internal static async Task UpdateAsync(FilePath file, RunSource source, CancellationToken token)
    {
        FilePath state = file.WithSuffix(".state"u8);
        using DirectoryLock held = DirectoryLock.Acquire(file.Parent, LockTimeout);
        if (held.IsHeldByOthers)
        {
            throw new OciHooksException(
                $"{file.Parent} cannot be locked: another hookctl has been counting for a minute; nothing was counted; "
                + $"see which: fuser {DirectoryLock.File}");
        }

        RunTotals before = Read(state);
        RunTotals totals = await before.WithAsync(source.ReadAsync(new RunQuery { After = before.Position }, token), source);
        Write(state, JsonSerializer.SerializeToUtf8Bytes(totals, RunTotalsJson.Default.RunTotals));
        Write(file, Encoding.UTF8.GetBytes(PrometheusText.Of(totals)));
    }

    private static RunTotals Read(FilePath state)
    {
        using NativeBuffer? content = RegularFile.Read(state, StateLimit, out FileError error);
        if (content is null)
        {
            return error.Errno == Libc.ENOENT ? RunTotals.None : throw Broken(state, error.Text);
        }

        try
        {
            return JsonSerializer.Deserialize(content.Span, RunTotalsJson.Default.RunTotals) is { IsSound: true } totals
                ? totals
                : throw Broken(state, "does not hold what hookctl stats writes there");
        }
        catch (JsonException)
        {
            throw Broken(state, "does not hold what hookctl stats writes there");
        }
    }

    private static OciHooksException Broken(FilePath state, string what) =>
        new($"{state} {what}: put back a good copy, or move it away to count anew from the oldest run in the log");

    private static void Write(FilePath path, ReadOnlySpan<byte> content)
    {
        if (AtomicReplacement.Publish(path, ReadableByAll, content) is { } failure)
        {
            throw new OciHooksException($"{path} {failure.Text}: make room, or let hookctl write there");
        }
    }
}
