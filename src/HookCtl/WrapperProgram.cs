using HookEngine.Linux;

namespace HookCtl;

/// <summary>The runc-wrap that runs hooks.</summary>
internal static class WrapperProgram
{
    internal const string Name = "runc-wrap";

    private static readonly FilePath s_packaged = new("/usr/bin/" + Name);

    /// <summary>The one beside hookctl, else the one in PATH, else where the package puts it, be it there or not.</summary>
    internal static FilePath Find()
    {
        string? beside = Path.GetDirectoryName(Environment.ProcessPath);
        IEnumerable<string> search = Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? [];
        foreach (string directory in beside is null ? search : search.Prepend(beside))
        {
            // A hook's path is absolute, whatever the directory the runtime runs in.
            var candidate = new FilePath(Path.Combine(directory, Name));
            if (Path.IsPathFullyQualified(directory) && IsProgram(candidate))
            {
                return candidate;
            }
        }

        return s_packaged;
    }

    private static unsafe bool IsProgram(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out FileStatus status) && status.IsRegular && Libc.access(name, Libc.X_OK) == 0;
        }
    }
}
