using System.Globalization;
using System.Text;

namespace IntegrationTests.Fixture;

/// <summary>
/// An entry in the environment of hooks. All that they start inherits it, so that it is found wherever on the machine it has gone.
/// </summary>
internal sealed class HookMark : IDisposable
{
    private const int Kill = 9;

    public string Entry { get; } = $"OCIHOOKS_MARK={Guid.NewGuid():N}";

    /// <summary>The processes that bear the mark: hooks, their descendants, and supervisors.</summary>
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
    /// Fails if there are such processes. One that was killed may take a moment to be gone; the others go on for longer than anything
    /// is waited for.
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

    /// <summary>What a process calls its program; nothing of one that is gone.</summary>
    public static string Program(int process) => Encoding.UTF8.GetString(Read($"/proc/{process}/cmdline")).Split('\0')[0];

    private static byte[] Environment(string process) => Read($"/proc/{process}/environ");

    private static string CommandLine(int process) =>
        $"{process} {Encoding.UTF8.GetString(Read($"/proc/{process}/cmdline")).Replace('\0', ' ')}";

    /// <summary>Nothing of a process that is gone.</summary>
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
