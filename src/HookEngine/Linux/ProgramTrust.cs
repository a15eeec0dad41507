namespace HookEngine.Linux;

/// <summary>Who besides root may change a program, or put another in its place.</summary>
internal static class ProgramTrust
{
    private const uint GroupWrite = 0x10;
    private const uint OthersWrite = 0x2;
    private const uint Sticky = 0x200;

    /// <summary>Who may write a file, in words; null if nobody else may.</summary>
    internal static string? Writers(FileStatus status) => (status.Permissions & (GroupWrite | OthersWrite)) switch
    {
        0 => null,
        GroupWrite => "its group",
        OthersWrite => "everyone",
        _ => "its group and everyone else",
    };

    /// <summary>Whether everyone may put another file in the place of one in a directory.</summary>
    internal static bool IsOpenDirectory(FileStatus status) => (status.Permissions & (OthersWrite | Sticky)) == OthersWrite;

    /// <summary>The directories of a program's path, and those to where links lead.</summary>
    internal static IEnumerable<FilePath> DirectoriesOnTheWay(FilePath program)
    {
        IEnumerable<FilePath> all = Ancestors(program);
        if (AtomicReplacement.Resolve(program, out _) is { } real)
        {
            all = all.Concat(Ancestors(real));
        }

        return all.DistinctBy(directory => directory.ToString());
    }

    private static IEnumerable<FilePath> Ancestors(FilePath path)
    {
        for (FilePath directory = path.Parent; directory.Bytes.Length > 1; directory = directory.Parent)
        {
            yield return directory;
        }

        yield return new FilePath("/"u8);
    }
}
