using System.Globalization;
using System.Text;

namespace IntegrationTests.Fixture;

/// <summary>
/// An entry in the environment of hooks. All processes that they start inherit it, so the test can find them anywhere on the machine.
/// </summary>
internal sealed class HookMark : IDisposable
{
    private const int Kill = 9;

    public string Entry { get; } = $"OCIHOOKS_MARK={Guid.NewGuid():N}";

    /// <summary>The processes with the mark: hooks, their descendants, and supervisors.</summary>
    public IReadOnlyList<int> Processes
    {
        get
        {
            byte[] wanted = Encoding.ASCII.GetBytes(Entry);
            return [.. Directory.GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => char.IsAsciiDigit(name![0]))
                .Where(name => Environment(name!).AsSpan().IndexOf(wanted) >= 0)
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];
        }
    }

    /// <summary>
    /// Waits until there are no such processes, and fails if they stay. A killed process may take a moment to disappear. The others run
    /// longer than the wait.
    /// </summary>
    public void AssertNoProcesses() => Eventually.Equal("", () => string.Join('\n', Processes.Select(CommandLine)));

    public void Dispose() => Eventually.True(KillAll, "all that hooks left behind is killed");

    private bool KillAll()
    {
        IReadOnlyList<int> left = Processes;
        foreach (int pid in left)
        {
            _ = Native.kill(pid, Kill);
        }

        return left.Count == 0;
    }

    /// <summary>Returns a process's argv[0]; empty if the process is gone.</summary>
    public static string Program(int process) => Encoding.UTF8.GetString(Read($"/proc/{process}/cmdline")).Split('\0')[0];

    private static byte[] Environment(string process) => Read($"/proc/{process}/environ");

    private static string CommandLine(int process) =>
        $"{process} {Encoding.UTF8.GetString(Read($"/proc/{process}/cmdline")).Replace('\0', ' ')}";

    /// <summary>Reads a file of a process. Returns nothing if the process is gone.</summary>
    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
