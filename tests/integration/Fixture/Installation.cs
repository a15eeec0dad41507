namespace IntegrationTests.Fixture;

/// <summary>What the Makefile installs, from what is built.</summary>
internal static class Installation
{
    /// <summary>Installs under a directory of its own. Returns the directory of the programs.</summary>
    public static string Make(string prefix)
    {
        _ = new Command("make", "--no-print-directory", "--directory", Repository.Root, "--assume-old=build", "install",
            $"PREFIX={prefix}", $"SYSCONFDIR={prefix}/etc").Run().EnsureSuccess();
        return Path.Combine(prefix, "bin");
    }
}
