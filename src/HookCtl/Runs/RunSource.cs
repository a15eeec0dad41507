using HookEngine.Model;
using Linux;
using Linux.Journal;

namespace HookCtl.Runs;

/// <summary>Where runs of hooks are logged.</summary>
internal abstract class RunSource
{
    /// <summary>What people call it.</summary>
    internal abstract string Name { get; }

    /// <summary>How many records could not be understood so far.</summary>
    internal int SkippedLines { get; private protected set; }

    /// <summary>How far it was read; null if there was nothing.</summary>
    internal RunPosition? Position { get; private protected set; }

    /// <summary>The log that the settings name: the journal, unless it is off or not there and a file is named.</summary>
    /// <exception cref="OciHooksException">They name none.</exception>
    internal static RunSource Of(LogSettings settings) =>
        settings.Journald && (settings.File is null || File.Exists(JournalSocket.SystemPath)) ? new JournalRuns()
        : settings.File is { } file ? new FileRuns(file, settings.Trust)
        : throw new OciHooksException("hooks are not logged where they could be read: set log.journald to true or log.file to a file");

    /// <summary>What is wrong with a query, as this source sees it; null if nothing is.</summary>
    internal virtual string? Validate(RunQuery query) => null;

    /// <summary>Reads the runs in the order in which they were logged.</summary>
    /// <exception cref="OciHooksException">The log cannot be read.</exception>
    internal abstract IAsyncEnumerable<HookRun> ReadAsync(RunQuery query, CancellationToken token);
}
