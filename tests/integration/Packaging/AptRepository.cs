using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>A directory that apt uses as a repository: <c>deb [trusted=yes] file:DIRECTORY ./</c>.</summary>
internal static class AptRepository
{
    /// <summary>Adds our packages of a directory.</summary>
    public static async Task AddAsync(string packages, string repository)
    {
        foreach (string package in Directory.GetFiles(packages, "ocihooks*.deb"))
        {
            File.Copy(package, Path.Combine(repository, Path.GetFileName(package)), overwrite: true);
        }

        const string Index = "cd \"$1\" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null";
        _ = (await new ExternalProgram("sh", "-c", Index, "sh", repository).RunAsync()).EnsureSuccess();
    }
}
