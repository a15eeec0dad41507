namespace IntegrationTests.Fixture;

/// <summary>The programs and files that the Makefile installs from the build.</summary>
internal static class Installation
{
    /// <summary>Installs under a prefix. Returns the directory of the programs.</summary>
    public static async Task<string> MakeAsync(string prefix)
    {
        _ = (await new ExternalProgram("make", "--no-print-directory", "--directory", Repository.Root, "--assume-old=build", "install",
            $"PREFIX={prefix}", $"SYSCONFDIR={prefix}/etc").RunAsync()).EnsureSuccess();
        return Path.Combine(prefix, "bin");
    }
}
