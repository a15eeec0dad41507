namespace IntegrationTests.Fixture;

/// <summary>The situations that the launcher can bring about, and which of them this machine lets it.</summary>
internal static class Situations
{
    /// <summary>Why a test of one of <see cref="Impossible"/> is skipped.</summary>
    public const string WhySkipped = "this machine does not allow the situation";

    /// <summary>The launcher's exit code for one that needs a privilege which is not there.</summary>
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
