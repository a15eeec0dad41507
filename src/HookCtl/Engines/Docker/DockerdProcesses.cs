using System.Globalization;

namespace HookCtl.Engines.Docker;

/// <summary>The dockerds that run on this machine, but for those within containers.</summary>
internal static class DockerdProcesses
{
    /// <summary>Where a dockerd writes its process number unless it is told otherwise.</summary>
    internal const string DefaultPidFile = "/var/run/docker.pid";

    private const string Program = "dockerd";
    private const string Processes = "/proc";

    /// <summary>Those that run, first the one that a file has the number of.</summary>
    internal static IEnumerable<(int Pid, DockerdCommandLine CommandLine)> Find(string pidFile)
    {
        int? noted = Number(Text(pidFile)?.Trim());
        // Where a package is installed into a directory, nothing runs in there, and nothing is mounted.
        IEnumerable<string> directories = Directory.Exists(Processes) ? Directory.EnumerateDirectories(Processes) : [];
        IEnumerable<int> pids = directories
            .Select(directory => Number(Path.GetFileName(directory))).OfType<int>()
            .Where(pid => pid != noted && IsDockerd(pid) && IsOnThisMachine(pid));

        // A pidfile may outlive its daemon, and the number be another's.
        foreach (int pid in noted is { } first && IsDockerd(first) ? pids.Prepend(first) : pids)
        {
            // It may have ended meanwhile.
            if (Text($"/proc/{pid}/cmdline") is { Length: > 0 } words)
            {
                yield return (pid, new DockerdCommandLine(words.TrimEnd('\0').Split('\0'), Link($"/proc/{pid}/cwd") ?? "/"));
            }
        }
    }

    private static bool IsDockerd(int pid) => Text($"/proc/{pid}/comm")?.Trim() == Program;

    /// <summary>
    /// Whether a process sees this machine's files: rootless ones and those in containers have mounts of their own. Where its namespace
    /// may not be read, those in containers have several process numbers, proc(5).
    /// </summary>
    private static bool IsOnThisMachine(int pid) => Link($"/proc/{pid}/ns/mnt") is { } mounts
        ? mounts == Link("/proc/self/ns/mnt")
        : Text($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal))
            ?.Split('\t').Length == 2;

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
