namespace IntegrationTests.Fixture;

/// <summary>Paths in the repository. The tests run the programs that its build wrote to <c>out/</c>.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Wrapper => Built("runc-wrap", "make build");

    public static string HookCtl => Built("hookctl", "make build");

    public static string SeccompRecorder => Built("seccomp-recorder", "make build");

    public static string Sample(string name) => Path.Combine(Root, "tests", "samples", name);

    /// <summary>Returns the path of a built file under <c>out/</c>. If it is missing, the error names the command that builds it.</summary>
    public static string Built(string relativePath, string command)
    {
        string path = Path.Combine(Root, "out", relativePath);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built: run {command}");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? dir = new(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
        {
            if (File.Exists(Path.Combine(dir.FullName, "OciHooks.sln")))
            {
                return dir.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no OciHooks.sln in or above {AppContext.BaseDirectory}");
    }
}
