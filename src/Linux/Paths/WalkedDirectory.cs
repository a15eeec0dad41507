namespace Linux.Paths;

/// <summary>A directory that a <see cref="PathWalk"/> has opened.</summary>
/// <param name="path">Its path without symbolic links.</param>
/// <param name="parent">The directory it is in; null for /.</param>
/// <param name="status">What it was when it was opened.</param>
/// <param name="violation">What lets others change it or a directory above it; null if nothing does.</param>
/// <param name="isShared">Whether everyone may add entries to it.</param>
internal sealed class WalkedDirectory(FilePath path, WalkedDirectory? parent, FileStatus status, string? violation, bool isShared)
{
    /// <summary>Its path without symbolic links.</summary>
    internal FilePath Path => path;

    /// <summary>The directory it is in; null for /.</summary>
    internal WalkedDirectory? Parent => parent;

    /// <summary>What it was when it was opened.</summary>
    internal FileStatus Status => status;

    /// <summary>What lets others change it or a directory above it; null if nothing does.</summary>
    internal string? Violation => violation;

    /// <summary>Names it, whatever becomes of its path, open(2) O_PATH; -1 while it is closed. The walk's own.</summary>
    internal int Descriptor { get; set; } = -1;

    /// <summary>Whether everyone may add entries to it.</summary>
    internal bool IsShared => isShared;

    /// <summary>Whether it is the other, or somewhere below.</summary>
    internal bool IsWithin(WalkedDirectory other) =>
        Status.IsSameFileAs(other.Status) || Parent?.IsWithin(other) == true;
}
