namespace IntegrationTests.Fixture;

/// <summary>What the Makefile installs, from what is built.</summary>
internal static class Installation
{
    /// <summary>Installs under a directory of its own. Returns the directory of the programs.</summary>
    public static async Task<string> MakeAsync(string prefix)
    {
        _ = (await new ExternalProgram("make", "--no-print-directory", "--directory", Repository.Root, "--assume-old=build", "install",
            $"PREFIX={prefix}", $"SYSCONFDIR={prefix}/etc").RunAsync()).EnsureSuccess();
        return Path.Combine(prefix, "bin");
    }
}
