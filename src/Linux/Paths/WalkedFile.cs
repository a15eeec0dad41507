namespace Linux.Paths;

/// <summary>Where a path leads.</summary>
/// <param name="Directory">The directory the file is in.</param>
/// <param name="Name">Its name there, ended with a NUL.</param>
/// <param name="Status">What it was when it was looked at.</param>
/// <param name="Violation">What lets others change it, or a step on the way to it; null if nothing does.</param>
internal sealed record WalkedFile(WalkedDirectory Directory, byte[] Name, FileStatus Status, string? Violation)
{
    /// <summary>Its path without symbolic links.</summary>
    internal FilePath Path => Directory.Path.Combine(Name.AsSpan(0, Name.Length - 1));
}
