using HookEngine.Linux;

namespace HookCtl.Explain;

/// <summary>Where runc-wrap is: hooks run through it.</summary>
internal static class WrapperLocation
{
    private const string Name = "runc-wrap";

    /// <summary>Beside this program, in PATH, or where the package puts it.</summary>
    internal static string Find()
    {
        IEnumerable<string?> directories =
        [
            Path.GetDirectoryName(Environment.ProcessPath),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'),
        ];
        return directories
            .Where(directory => directory is ['/', ..])
            .Select(directory => Path.Combine(directory!, Name))
            .FirstOrDefault(IsProgram) ?? "/usr/bin/" + Name;
    }

    private static unsafe bool IsProgram(string path)
    {
        fixed (byte* name = new FilePath(path).Terminated)
        {
            return File.Exists(path) && Libc.access(name, Libc.X_OK) == 0;
        }
    }
}
