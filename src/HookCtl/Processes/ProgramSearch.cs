using Linux;

namespace HookCtl.Processes;

/// <summary>Looks for a program as a shell does.</summary>
internal static class ProgramSearch
{
    private static readonly string[] s_usualDirectories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

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

    /// <summary>A program by its path, or by its name in PATH and in the usual directories, of which PATH may lack some; null if there is none.</summary>
    internal static string? FindAnywhere(string program)
    {
        if (program.Contains('/'))
        {
            return IsProgram(new FilePath(program)) ? program : null;
        }

        return (Find(program)
            ?? s_usualDirectories.Select(directory => new FilePath(Path.Combine(directory, program))).FirstOrDefault(IsProgram))?.ToString();
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
