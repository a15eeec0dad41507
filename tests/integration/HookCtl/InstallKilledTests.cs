using System.Globalization;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install</c> and <c>uninstall</c> that are killed while they run.</summary>
public sealed class InstallKilledTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_kill_at_any_moment_leaves_the_old_file_or_the_new_one()
    {
        string file = _bench.Inside("daemon.json");
        string before = $"{{\n  \"labels\": [\"{new string('x', 100_000)}\"]\n}}\n";
        File.WriteAllText(file, before);
        Assert.Equal(0, Run(null, "install", file).ExitCode);
        string installed = File.ReadAllText(file);

        for (int i = 0; i < 60; i++)
        {
            foreach (string command in new[] { "install", "uninstall" })
            {
                _ = Run(0.001 + (0.0005 * i), command, file);
                Assert.Contains(File.ReadAllText(file), new[] { before, installed });
            }
        }

        Assert.Equal(0, Run(null, "install", file).ExitCode);
        Assert.Equal(installed, File.ReadAllText(file));
        Assert.Equal(0, Run(null, "uninstall", file).ExitCode);
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal(["daemon.json"], Directory.GetFiles(_bench.Root, "daemon*").Select(Path.GetFileName));
    }

    /// <summary>Runs hookctl without the engine's programs, so that the time is hookctl's own.</summary>
    private static CommandResult Run(double? seconds, string command, string file) => new Command(
        "timeout", "--signal=KILL", seconds?.ToString(CultureInfo.InvariantCulture) ?? "infinity", "env", "PATH=/nowhere", Repository.HookCtl, command,
        "docker", "--config-file", file).Run();
}
