using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests where the wrapper looks for the low-level runtime, and where it does not.</summary>
public sealed class RuntimeSearchTests : IDisposable
{
    private const string Name = "ocihooks-test-runtime";

    private readonly WrapperBench _bench = new();
    private readonly string _first;
    private readonly string _second;

    public RuntimeSearchTests()
    {
        _first = Directory.CreateDirectory(Path.Combine(_bench.Root, "first")).FullName;
        _second = Directory.CreateDirectory(Path.Combine(_bench.Root, "second")).FullName;
        _bench.Set("runtime", Name);
    }

    public static TheoryData<string> Commands => ["state", "create"];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_first_in_PATH_is_taken(string command)
    {
        Link(_first, Name);
        Link(_second, Name);

        AssertRan($"{_first}/{Name}", Run(command, $"PATH=/nowhere:{_first}:{_second}"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void One_that_is_not_executable_is_passed_over(string command)
    {
        File.WriteAllText(Path.Combine(_first, Name), "");
        Link(_second, Name);

        AssertRan($"{_second}/{Name}", Run(command, $"PATH={_first}:{_second}"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_directory_of_the_name_is_passed_over(string command)
    {
        _ = Directory.CreateDirectory(Path.Combine(_first, Name));
        Link(_second, Name);

        AssertRan($"{_second}/{Name}", Run(command, $"PATH={_first}:{_second}"));
    }

    /// <summary>The working directory is the bundle. Its author would choose the program that root runs.</summary>
    [Theory]
    [InlineData("state", "PATH=")]
    [InlineData("state", "PATH=:")]
    [InlineData("state", "PATH=.")]
    [InlineData("state", "PATH=::/nowhere:")]
    [InlineData("state", "PATH=./:../bundle:bundle")]
    [InlineData("create", "PATH=:.")]
    public void The_working_directory_is_never_searched(string command, string path)
    {
        Link(_bench.Bundle, Name);

        _bench.RunIn(_bench.Bundle, [path], command, "c1").AssertFailed(127, Name);
        Assert.Empty(_bench.Calls);
    }

    /// <summary>Podman deletes containers with an empty environment.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void Without_a_PATH_the_usual_directories_are_searched(string command)
    {
        _bench.Set("runtime", "true");

        Run(command, "NOPATH=1").AssertSilentSuccess();
        Run(command, "PATH").AssertSilentSuccess();
        Run(command, "PATH=/nowhere").AssertSilentSuccess();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_first_candidate_that_there_is_is_taken(string command)
    {
        Link(_first, Name);
        Link(_second, "another");
        _bench.Set("runtime", new JsonArray("no-such-runtime", "/nowhere/runc", "another", Name));

        AssertRan($"{_second}/another", Run(command, $"PATH={_first}:{_second}"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_candidate_that_is_not_executable_gives_way_to_the_next(string command)
    {
        File.WriteAllText(Path.Combine(_first, "plain"), "");
        _bench.Set("runtime", new JsonArray($"{_first}/plain", Probes.Recorder));

        AssertRan(Probes.Recorder, Run(command, "PATH=/nowhere"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void That_some_candidate_is_not_executable_says_more_than_that_another_is_missing(string command)
    {
        File.WriteAllText(Path.Combine(_first, "plain"), "");
        _bench.Set("runtime", new JsonArray("/nowhere/runc", $"{_first}/plain", "no-such-runtime"));

        Run(command, "PATH=/nowhere").AssertFailed(126, "/nowhere/runc", $"{_first}/plain", "no-such-runtime");
    }

    [Fact]
    public void The_first_of_several_PATHs_counts()
    {
        Link(_first, Name);
        Link(_second, Name);

        AssertRan($"{_first}/{Name}", _bench.RunIn(_bench.Root, [$"PATH={_first}", $"PATH={_second}"], "state", "c1"));
    }

    [Fact]
    public void A_PATH_longer_than_any_path_is_searched_to_its_end()
    {
        Link(_second, Name);
        string path = string.Join(':', Enumerable.Repeat("/nowhere", 1000)) + ":/" + new string('x', 5000) + ":" + _second;

        AssertRan($"{_second}/{Name}", Run("state", $"PATH={path}"));
    }

    private static void Link(string directory, string name) => File.CreateSymbolicLink(Path.Combine(directory, name), Probes.Recorder);

    private CommandResult Run(string command, string path) => _bench.RunIn(_bench.Root, [path], command, "--bundle", _bench.Bundle, "c1");

    private void AssertRan(string runtime, CommandResult result)
    {
        result.AssertSilentSuccess();
        Assert.Equal(runtime, Assert.Single(_bench.Calls).Arguments[0]);
    }
}
