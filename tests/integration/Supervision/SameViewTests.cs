using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>
/// Tests that a hook sees the same surroundings with and without the supervisor. The launcher creates a situation, a fake runtime forks
/// and executes, and the test compares everything that the probe reports as the hook.
/// </summary>
public sealed partial class SameViewTests : IDisposable
{
    private readonly HookView _view = new();

    public static TheoryData<string> Possible => [.. Situations.Possible];

    public static TheoryData<string> Impossible => [.. Situations.Impossible];

    public static TheoryData<string> ArgumentLists => ["none", "empty", "bytes", "name", "separator", "large"];

    public void Dispose() => _view.Dispose();

    [Theory]
    [MemberData(nameof(Possible))]
    [MemberData(nameof(Impossible), Skip = Situations.WhySkipped)]
    public void A_hook_inherits_what_it_would_have_without_a_supervisor(string scenario)
    {
        Dictionary<string, string> bare = _view.Bare(scenario, "hook", "a", "", "b");

        Dictionary<string, string> supervised = _view.Supervised(scenario, "hook", "a", "", "b");

        AssertSame(bare, supervised);
    }

    [Theory]
    [MemberData(nameof(ArgumentLists))]
    public void A_hook_gets_its_arguments(string list)
    {
        ByteString[] arguments = Arguments(list);

        Dictionary<string, string> supervised = _view.Supervised("baseline", arguments);

        AssertSame(_view.Bare("baseline", arguments), supervised);
        Assert.Equal(Math.Max(arguments.Length, 1).ToString(System.Globalization.CultureInfo.InvariantCulture), supervised["argv.count"]);
    }

    /// <summary>Go's os/exec, with which runc starts hooks, does the same.</summary>
    [Fact]
    public void A_hook_without_arguments_is_called_by_its_path()
    {
        Dictionary<string, string> seen = _view.Supervised("baseline");

        Assert.Equal(seen["exec_name"], seen["argv.000000"]);
    }

    [Fact]
    public void What_is_another_is_as_it_is_meant_to_be()
    {
        Dictionary<string, string> bare = _view.Bare("baseline");
        Dictionary<string, string> supervised = _view.Supervised("baseline");

        Assert.Equal(("parent", "0"), (bare["group"], bare["prctl.pdeathsig.value"]));
        Assert.Equal(("another", "9"), (supervised["group"], supervised["prctl.pdeathsig.value"]));
        Assert.All(new[] { 0, 1, 2 }, descriptor => Assert.Equal("pipe:", supervised[$"fd.000{descriptor}.target"]));
    }

    private static ByteString[] Arguments(string list) => list switch
    {
        "none" => [],
        "empty" => ["", "", ""],
        "bytes" => ["hook", new byte[] { 0xFF, 0xFE, 0xC3, 0x28, 0x0A, 0x01 }],
        "name" => ["ocihooks-supervisor", "--stage=poststop"],
        "separator" => ["--", "--", "/bin/true", "--"],
        _ => ["hook", new string('x', 100 * 1024), .. Enumerable.Repeat((ByteString)"y", 2000)],
    };

    private static void AssertSame(Dictionary<string, string> bare, Dictionary<string, string> supervised)
    {
        IEnumerable<string> differences =
            from key in bare.Keys.Union(supervised.Keys).Order(StringComparer.Ordinal)
            let expected = bare.GetValueOrDefault(key)
            let actual = supervised.GetValueOrDefault(key)
            where expected != actual && !MayDiffer().IsMatch(key)
            select $"{key}: bare {expected ?? "(none)"}, supervised {actual ?? "(none)"}";
        Assert.Equal("", string.Join('\n', differences));

        // The pipes may differ, but not which of these descriptors are open.
        Assert.All(new[] { 0, 1, 2 }, descriptor => Assert.Equal(
            bare.ContainsKey($"fd.000{descriptor}.target"), supervised.ContainsKey($"fd.000{descriptor}.target")));
    }

    /// <summary>Matches the process ID, the parent's, the group, the signal at the supervisor's death, and the kind of its pipes.</summary>
    [GeneratedRegex(@"^(pid|ppid|group|prctl\.pdeathsig\.value|fd\.000[012]\..*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex MayDiffer();
}
