using System.Text.RegularExpressions;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Fixture;

/// <summary>Tests that tests can make and execute files while other tests start programs.</summary>
public sealed partial class ExecutableTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_file_can_be_executed_as_soon_as_it_is_made_whatever_else_is_started_meanwhile()
    {
        CommandResult[] results = ManyAtOnce.Run(200, 10, i => new Command(
            i % 2 == 0 ? Executable.Copy("/bin/true", Path.Combine(_root, $"{i}")) : Executable.Write(Path.Combine(_root, $"{i}"), "#!/bin/sh\n"))
            .Run());

        Assert.All(results, result => result.AssertSilentSuccess());
    }

    [Fact]
    public void What_is_there_already_is_replaced_though_it_may_be_running()
    {
        string path = Executable.Copy("/bin/cat", Path.Combine(_root, "program"));

        CommandResult result = new Command(path, "/proc/self/comm", "-") { Input = "end"u8.ToArray() }.Run();
        _ = Executable.Write(path, "#!/bin/sh\necho another\n");

        Assert.Equal("program\nend", result.OutputText);
        Assert.Equal("another\n", new Command(path).Run().OutputText);
    }

    /// <summary>No test writes a program or a script directly, or makes a written file executable.</summary>
    [Fact]
    public void Tests_make_executable_files_in_this_one_way()
    {
        string tests = Path.Combine(Repository.Root, "tests", "integration");
        string[] others = [.. Directory.GetFiles(tests, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) is not ("Executable.cs" or "ExecutableTests.cs"))
            .SelectMany(file => OtherWays().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(tests, file)}: {match.Value}"))];

        Assert.Equal("", string.Join('\n', others));
    }

    /// <summary>
    /// Matches a copy of a file that is not the tests' own data, a script's text, and a program's mode unless the path names a directory.
    /// </summary>
    [GeneratedRegex("""
        File\.Copy\(\s*(?:"/|Probes\.|Repository\.(?!Sample)).*
        |File\.(?:Write|Append)All\w+\([^;]*?"\#!.*
        |File\.(?:Write|Append)All\w+\([^;]*?"\s*\n\s*\#!.*
        |SetUnixFileMode|UnixCreateMode|CreateMode
        |"(?:/bin/)?chmod",\s*"(?:[0-7]?7[05][05]|[^"]*\+[rw]*x)",(?!\s*\S*(?:Root|Bundle|Records)\b).*
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OtherWays();
}
