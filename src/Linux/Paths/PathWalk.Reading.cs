namespace Linux.Paths;

/// <summary>Reads what paths lead to.</summary>
internal sealed unsafe partial class PathWalk
{
    /// <summary>How often a path is followed again that leads elsewhere meanwhile.</summary>
    private const int Rewalks = 10;

    /// <summary>The same for one that leads nowhere, as a link may for good.</summary>
    private const int RewalksOfLinks = 2;

    /// <summary>Reads a regular file as it is found, also where its name means another meanwhile.</summary>
    /// <param name="directory">The directory it is in; null to find it by its path alone.</param>
    /// <param name="path">Its path.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="violation">What lets others change it, or a step on the way to it; null if nothing does.</param>
    /// <param name="error">Why it cannot be read.</param>
    internal NativeBuffer? ReadFile(WalkedDirectory? directory, FilePath path, int limit, out string? violation, out FileError error)
    {
        for (int attempt = 0; ; attempt++)
        {
            NativeBuffer? content = ReadFile(directory, path, limit, out violation, out bool leadsThroughLinks, out error);
            if (!MayLeadElsewhere(leadsThroughLinks, error, attempt))
            {
                return content;
            }

            Forget();
        }
    }

    private NativeBuffer? ReadFile(
        WalkedDirectory? directory, FilePath path, int limit, out string? violation, out bool leadsThroughLinks, out FileError error)
    {
        WalkedFile? file = Find(directory, path, out Progress progress, out error);
        leadsThroughLinks = progress.Links > 0;
        violation = file?.Violation;
        if (file is null)
        {
            error = error.LeadsNowhere ? error : error with { Text = $"cannot be opened: {Libc.ErrorText(error.Errno)}" };
            return null;
        }

        NativeBuffer? content = ReadEntry(file.Directory, file.Name, limit, out FileStatus status, out error);
        violation ??= EntryViolation(file.Directory, file.Name, status);
        error = error with { LeadsNowhere = leadsThroughLinks && error.Errno == Libc.ENOENT };
        return content;
    }

    /// <summary>As <see cref="RegularFile.ReadEntry"/>.</summary>
    internal NativeBuffer? ReadEntry(
        WalkedDirectory directory, ReadOnlySpan<byte> terminatedName, int limit, out FileStatus status, out FileError error)
    {
        NativeBuffer? content;
        do
        {
            content = RegularFile.ReadEntry(Open(directory), terminatedName, limit, out status, out error);
        }
        while (content is null && HasMadeRoom(error.Errno));
        return content;
    }

    /// <summary>The names in the directory that a path leads to, as <see cref="DirectoryListing.Read"/> has them.</summary>
    /// <param name="path">The path.</param>
    /// <param name="limit">How many names it may have.</param>
    /// <param name="directory">The directory; null if the path leads to none.</param>
    /// <param name="violation">What lets others change a step of the path; null if nothing does.</param>
    /// <param name="error">Why it cannot be read.</param>
    internal List<byte[]>? ReadNames(FilePath path, int limit, out WalkedDirectory? directory, out string? violation, out FileError error)
    {
        for (int attempt = 0; ; attempt++)
        {
            directory = FindDirectory(path, out violation, out bool leadsThroughLinks, out error);
            List<byte[]>? names = directory is null ? null : ReadNames(directory, path, limit, out error);
            if (!MayLeadElsewhere(leadsThroughLinks, error, attempt))
            {
                return names;
            }

            Forget();
        }
    }

    /// <summary>
    /// Whether a path that could not be followed may lead elsewhere now: a directory was exchanged, or a link was pointed elsewhere, and what
    /// it led to removed, in between.
    /// </summary>
    private static bool MayLeadElsewhere(bool leadsThroughLinks, FileError error, int attempt) => error.Errno switch
    {
        Libc.ESTALE => attempt < Rewalks,
        Libc.ENOENT => leadsThroughLinks && attempt < RewalksOfLinks,
        _ => false,
    };

    private List<byte[]>? ReadNames(WalkedDirectory directory, FilePath path, int limit, out FileError error)
    {
        List<byte[]>? names;
        do
        {
            int from = Open(directory);
            error = from < 0 ? FileError.FromErrno("cannot be read") : default;
            names = from < 0 ? null : DirectoryListing.Read(from, path, limit, out error);
        }
        while (names is null && HasMadeRoom(error.Errno));
        return names;
    }

    /// <summary>Opens a file for reading. -1, with errno, if that cannot be done.</summary>
    internal int OpenFile(WalkedFile file) => OpenEntry(file.Directory, file.Name, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY);
}
