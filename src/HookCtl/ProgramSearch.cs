using HookEngine.Linux;

namespace HookCtl;

/// <summary>Looks for a program as a shell does.</summary>
internal static class ProgramSearch
{
    /// <summary>The first file of that name in PATH that can be executed; null if there is none.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="before">A directory to look in before those of PATH.</param>
    internal static FilePath? Find(string name, string? before = null)
    {
        IEnumerable<string> search = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        foreach (string directory in before is null ? search : search.Prepend(before))
        {
            var candidate = new FilePath(Path.Combine(directory, name));
            if (Path.IsPathFullyQualified(directory) && IsProgram(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>Whether a path leads to a file that this user may execute.</summary>
    internal static unsafe bool IsProgram(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out FileStatus status) && status.IsRegular && Libc.access(name, Libc.X_OK) == 0;
        }
    }
}
