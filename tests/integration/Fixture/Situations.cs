namespace IntegrationTests.Fixture;

/// <summary>The situations that the launcher can create, and those that this machine does not allow.</summary>
internal static class Situations
{
    /// <summary>The reason for skipping a test of one of <see cref="Impossible"/>.</summary>
    public const string WhySkipped = "this machine does not allow the situation";

    /// <summary>The launcher's exit code for a situation that needs a missing privilege.</summary>
    public const int NotApplicable = 77;

    public static string[] All { get; } = new Command(Probes.Launcher, "--list").Run().EnsureSuccess()
        .OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static string[] Impossible { get; } = FindImpossible();

    public static string[] Possible { get; } = [.. All.Except(Impossible)];

    private static string[] FindImpossible()
    {
        // Some leave files in the working directory.
        string directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        try
        {
            return [.. All.Where(name => new Command(Probes.Launcher, name, "--", "/bin/true") { WorkingDirectory = directory }.Run().ExitCode
                == NotApplicable)];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
