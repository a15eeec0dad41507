namespace HookCtl.Runs;

/// <summary>How far a log has been read, so that a later reading can go on from there.</summary>
/// <param name="Source">The log: <see cref="JournalRuns.SourceName"/>, or a file's path.</param>
/// <param name="Time">The time of the last run that was read. Newer ones are new where the rest does not help.</param>
/// <param name="Cursor">The last entry of a journal.</param>
/// <param name="Inode">Which file it was, for the name may go to another.</param>
/// <param name="Offset">Where in the file the next line begins.</param>
internal sealed record RunPosition(string Source, DateTimeOffset Time, string? Cursor, ulong? Inode, long? Offset);
