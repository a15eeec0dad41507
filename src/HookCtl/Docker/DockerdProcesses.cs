using System.Globalization;

namespace HookCtl.Docker;

/// <summary>The dockerds that run on this machine, but for those within containers.</summary>
internal static class DockerdProcesses
{
    /// <summary>Where a dockerd writes its process number unless it is told otherwise.</summary>
    internal const string DefaultPidFile = "/var/run/docker.pid";

    private const string Program = "dockerd";

    /// <summary>Those that run, first the one that a file has the number of.</summary>
    internal static IEnumerable<(int Pid, DockerdCommandLine CommandLine)> Find(string pidFile)
    {
        int? noted = Number(Text(pidFile)?.Trim());
        IEnumerable<int> pids = Directory.EnumerateDirectories("/proc")
            .Select(directory => Number(Path.GetFileName(directory))).OfType<int>()
            .Where(pid => pid != noted && IsDockerd(pid) && IsOnThisMachine(pid))
            .OrderBy(pid => IsSame(pid, "mnt") == true ? 0 : 1);

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
    /// Whether a process is one of the machine's own. Those in containers have process numbers of their own, and several of them,
    /// proc(5); rootless ones have users of their own. A unit may give it mounts of its own, such as a private /tmp.
    /// </summary>
    private static bool IsOnThisMachine(int pid) => IsSame(pid, "pid") is { } isSame
        ? isSame && IsSame(pid, "user") == true
        : Text($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal))
            ?.Split('\t').Length == 2;

    /// <summary>Whether a process is in a namespace of this one; null if that may not be read.</summary>
    private static bool? IsSame(int pid, string space) =>
        Link($"/proc/{pid}/ns/{space}") is { } its ? its == Link($"/proc/self/ns/{space}") : null;

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
