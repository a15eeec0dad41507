using System.Collections;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>
/// The packages that <c>make deb rpm</c> builds here, and the same packages as a later version. Each is built once, on first use.
/// </summary>
internal static class BuiltPackages
{
    /// <summary>A version that is later than every other.</summary>
    public const string LaterVersion = "99.0.0";

    /// <summary>A line in the settings of the later version.</summary>
    public const string LaterSettings = "// Of the later version.";

    // A native build takes a minute or two on an idle machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(2);

    /// <summary>A setting of dpkg-deb(1). Packages that exist for a few minutes need not be small.</summary>
    private static readonly (string Name, string Value) s_littleCompression = ("DPKG_DEB_COMPRESSOR_LEVEL", "0");

    /// <summary>A property of MSBuild. The build in the repository already analyzes the sources.</summary>
    private static readonly (string Name, string Value) s_noAnalyzers = ("RunAnalyzers", "false");

    private static readonly Lazy<Task<string>> s_here = new(BuildHereAsync);
    private static readonly Lazy<Task<string>> s_later = new(BuildLaterAsync);

    /// <summary>The version, read from the only file that defines it.</summary>
    public static string Version { get; } = Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;

    /// <summary>Returns the directory of the packages that were built in the repository.</summary>
    internal static Task<string> HereAsync() => s_here.Value;

    /// <summary>
    /// Returns the directory of packages with the programs of <see cref="HereAsync"/>, but <see cref="LaterVersion"/> and other settings.
    /// </summary>
    internal static Task<string> LaterAsync() => s_later.Value;

    /// <summary>Returns the only file of a directory that matches a pattern.</summary>
    internal static string One(string directory, string pattern) => Assert.Single(Directory.GetFiles(directory, pattern));

    private static string MakeWorkDirectory()
    {
        string work = Directory.CreateTempSubdirectory("ocihooks-packages-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(work, recursive: true);
        return work;
    }

    private static Task<string> BuildHereAsync()
    {
        string output = Path.Combine(Repository.Root, "out");
        foreach (string old in Directory.GetFiles(output, "ocihooks*.deb").Concat(Directory.GetFiles(output, "ocihooks*.rpm")))
        {
            File.Delete(old);
        }

        return MakeAsync(Repository.Root, Version);
    }

    private static async Task<string> BuildLaterAsync()
    {
        _ = await HereAsync();
        string copy = await CopyAsync();
        File.AppendAllText(Path.Combine(copy, "docs", "examples", "config.json"), LaterSettings + "\n");
        return await MakeAsync(copy, LaterVersion, s_littleCompression);
    }

    /// <summary>Copies the repository and the built programs, without large files and those that make builds again.</summary>
    private static async Task<string> CopyAsync()
    {
        const string Script =
            "tar -C \"$1\" --exclude=./out/cache --exclude=./out/ocihooks* --exclude=bin --exclude=obj -cf - . | tar -C \"$2\" -xf -";
        string copy = MakeWorkDirectory();
        var program = new ExternalProgram("bash", "-o", "pipefail", "-c", Script, "bash", Repository.Root, copy) { Timeout = s_limit };
        _ = (await program.RunAsync()).EnsureSuccess();
        return copy;
    }

    private static async Task<string> MakeAsync(string directory, string version, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> environment = OurEnvironment();
        foreach ((string name, string value) in more.Append(s_noAnalyzers))
        {
            environment[name] = value;
        }

        var program = new ExternalProgram("make", "-C", directory, "deb", "rpm", $"VERSION={version}")
        {
            Timeout = s_limit,
            Environment = environment,
        };
        _ = (await program.RunAsync()).EnsureSuccess();
        return Path.Combine(directory, "out");
    }

    /// <summary>Returns the environment without the variables that dotnet test and make set for their own children.</summary>
    private static Dictionary<string, string> OurEnvironment() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => !Regex.IsMatch((string)entry.Key, "^(MSBUILD|MAKE|MFLAGS|VSTEST|SOURCE_DATE_EPOCH)", RegexOptions.IgnoreCase))
        .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
}
