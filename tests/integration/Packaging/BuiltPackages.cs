using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>
/// The packages as <c>make deb rpm</c> builds them here, and these as if they were of a later version. Each is built once, when it is
/// first asked for.
/// </summary>
internal static class BuiltPackages
{
    /// <summary>The version after every other.</summary>
    public const string LaterVersion = "99.0.0";

    /// <summary>A line that the later version's settings have.</summary>
    public const string LaterSettings = "// Of the later version.";

    // A native build takes a minute or two on a machine of its own.
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(2);

    /// <summary>A setting of dpkg-deb(1): packages of a few minutes need not be small.</summary>
    private const string LittleCompression = "DPKG_DEB_COMPRESSOR_LEVEL=0";

    /// <summary>A property of MSBuild: that the sources are as they should be is looked at by the build in the repository.</summary>
    private const string NoAnalyzers = "RunAnalyzers=false";

    private static readonly Lazy<string> s_here = new(BuildHere);
    private static readonly Lazy<string> s_later = new(BuildLater);

    /// <summary>The version in the one place that has it.</summary>
    public static string Version { get; } = Regex.Match(
        File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;

    /// <summary>Where the packages are that were built in the repository.</summary>
    internal static string Here => s_here.Value;

    /// <summary>Where those are that hold the programs of <see cref="Here"/> with <see cref="LaterVersion"/> and other settings.</summary>
    internal static string Later => s_later.Value;

    /// <summary>The one file of a directory that a pattern is for.</summary>
    internal static string One(string directory, string pattern) => Assert.Single(Directory.GetFiles(directory, pattern));

    private static string MakeWorkDirectory()
    {
        string work = Directory.CreateTempSubdirectory("ocihooks-packages-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(work, recursive: true);
        return work;
    }

    private static string BuildHere()
    {
        string output = Path.Combine(Repository.Root, "out");
        foreach (string old in Directory.GetFiles(output, "ocihooks*.deb").Concat(Directory.GetFiles(output, "ocihooks*.rpm")))
        {
            File.Delete(old);
        }

        return Make(Repository.Root, Version);
    }

    private static string BuildLater()
    {
        _ = Here;
        string copy = Copy();
        File.AppendAllText(Path.Combine(copy, "docs", "examples", "config.json"), LaterSettings + "\n");
        return Make(copy, LaterVersion, LittleCompression);
    }

    /// <summary>A copy of the repository and the built programs, without what is large and what make makes again.</summary>
    private static string Copy()
    {
        const string Script =
            "tar -C \"$1\" --exclude=./out/cache --exclude=./out/ocihooks* --exclude=bin --exclude=obj -cf - . | tar -C \"$2\" -xf -";
        string copy = MakeWorkDirectory();
        _ = new Command("bash", "-o", "pipefail", "-c", Script, "bash", Repository.Root, copy) { Timeout = s_limit }.Run().EnsureSuccess();
        return copy;
    }

    private static string Make(string directory, string version, params ByteString[] environment)
    {
        _ = new Command("make", "-C", directory, "deb", "rpm", $"VERSION={version}")
        {
            Timeout = s_limit,
            Environment = [.. Command.InheritedEnvironment.Where(IsOurs), NoAnalyzers, .. environment],
        }.Run().EnsureSuccess();
        return Path.Combine(directory, "out");
    }

    /// <summary>What dotnet test and make set for their own children is not for another build.</summary>
    private static bool IsOurs(ByteString entry) => !Regex.IsMatch(
        System.Text.Encoding.UTF8.GetString(entry.Bytes), "^(MSBUILD|MAKE|MFLAGS|VSTEST|SOURCE_DATE_EPOCH)", RegexOptions.IgnoreCase);
}
