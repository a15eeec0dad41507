using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Transparency;

/// <summary>
/// Tests the wrapper's first promise: the real runtime inherits what it would get without the wrapper. In each test the launcher creates
/// a situation and starts the probe, once directly and once through the wrapper, and the test compares everything the probe found.
/// </summary>
public sealed partial class TransparencyTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>
    /// The most system calls of a start without the managed runtime. Such a start makes far fewer, a start with it far more.
    /// </summary>
    private const int MostCallsWithoutRuntime = 60;

    /// <summary>The scenarios that need a privilege, with the numbers of capabilities. Any one of them is enough.</summary>
    private static readonly Dictionary<string, int[]> NeededCapabilities = new()
    {
        ["groups"] = [6],
        ["capabilities-none"] = [8],
        ["capabilities-ambient"] = [8],
        ["secure-bits"] = [8],
        ["namespace-uts"] = [21],
        ["ioprio-real-time"] = [21, 23],
        ["nice-minus-5"] = [23],
        ["scheduler-round-robin"] = [23],
        ["limit-stack-unlimited"] = [24],
        ["oom-score-lowered"] = [24],
    };

    private readonly Scratch _scratch = new();

    public enum Shape
    {
        /// <summary>A command that the wrapper does not handle.</summary>
        PassThrough,

        /// <summary>A create that no rule matches. The wrapper reads the configuration and does not change it.</summary>
        CreateUnmatched,

        /// <summary>A create that gets a hook. The wrapper rewrites the configuration.</summary>
        CreatePatched,
    }

    public static TheoryData<string> Possible => [.. Situations.Possible];

    public static TheoryData<string> Impossible => [.. Situations.Impossible];

    public static TheoryData<string, Shape> PossibleWithShapes => WithShapes(Situations.Possible);

    public static TheoryData<string, Shape> ImpossibleWithShapes => WithShapes(Situations.Impossible);

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [MemberData(nameof(PossibleWithShapes))]
    [MemberData(nameof(ImpossibleWithShapes), Skip = Situations.WhySkipped)]
    public void The_runtime_inherits_what_it_would_have_without_the_wrapper(string scenario, Shape shape)
    {
        string[] arguments = _scratch.Arguments(shape);
        Observation? direct = Observe(scenario, [_scratch.Runtime, .. arguments]);
        Assert.NotNull(direct);
        byte[] before = _scratch.FreshBundle();
        Observation? wrapped = Observe(
            scenario, [Repository.Wrapper, "--wrap-config", _scratch.Settings(shape), .. arguments]);

        Assert.NotNull(wrapped);
        byte[] after = File.ReadAllBytes(_scratch.Config);
        if (shape == Shape.CreatePatched)
        {
            // Otherwise the test would compare an easier case than its name says.
            Assert.Contains(Scratch.HookArgument, Encoding.UTF8.GetString(after), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(before, after);
        }

        AssertSame(direct, wrapped);
    }

    /// <summary>The comparison itself must not report differences if there are none.</summary>
    [Theory]
    [MemberData(nameof(Possible))]
    [MemberData(nameof(Impossible), Skip = Situations.WhySkipped)]
    public void A_program_that_only_execs_is_seen_to_change_nothing(string scenario)
    {
        string[] arguments = _scratch.Arguments(Shape.PassThrough);
        Observation? direct = Observe(scenario, [_scratch.Runtime, .. arguments]);
        Assert.NotNull(direct);
        Observation? wrapped = Observe(scenario, [Probes.ExecOnly, _scratch.Runtime, .. arguments]);
        Assert.NotNull(wrapped);
        AssertSame(direct, wrapped);
    }

    [Fact]
    public void Every_scenario_shows_in_what_the_probe_sees()
    {
        string[] arguments = [_scratch.Runtime, .. _scratch.Arguments(Shape.PassThrough)];
        Observation? baseline = Observe("baseline", arguments);
        Assert.NotNull(baseline);

        // An exec resets the last two, so they only show that the wrapper handles them.
        string[] leaveNoTrace = ["baseline", "not-dumpable", "keep-capabilities"];
        List<string> invisible = [];
        foreach (string scenario in Situations.All.Except(leaveNoTrace))
        {
            Observation? seen = Observe(scenario, arguments);
            if (seen is not null && Differences(baseline, seen).Count == 0)
            {
                invisible.Add(scenario);
            }
        }

        Assert.Empty(invisible);
    }

    [Fact]
    public void Only_scenarios_that_lack_a_capability_are_left_out()
    {
        List<string> leftOut = [];
        string[] scenarios = Situations.All;
        foreach (string scenario in scenarios)
        {
            if (Observe(scenario, [_scratch.Runtime, "state", "x"]) is null)
            {
                leftOut.Add(scenario);
            }
        }

        output.WriteLine($"{scenarios.Length} scenarios, {leftOut.Count} not applicable here: {string.Join(", ", leftOut)}");
        Assert.True(scenarios.Length >= 43, "the launcher has lost scenarios");
        Assert.Empty(leftOut.Except(NeededCapabilities.Keys));
    }

    [Theory]
    [InlineData]
    [InlineData("--version")]
    [InlineData("--root", "/r", "start", "x")]
    [InlineData("--log", "/l", "--log-format=json", "exec", "--process", "/p", "--detach", "x")]
    [InlineData("exec", "x", "program", "--wrap-config", "/nonexistent", "--bundle", "/nonexistent", "create")]
    [InlineData("exec", "x", "create", "--wrap-config=/nonexistent")]
    [InlineData("state", "create")]
    [InlineData("delete", "--force", "run")]
    [InlineData("kill", "--all", "x", "KILL")]
    public void Arguments_of_other_commands_arrive_as_they_came(params string[] arguments)
    {
        Observation? direct = Observe("baseline", [_scratch.Runtime, .. arguments]);
        Assert.NotNull(direct);

        string settings = _scratch.Settings(Shape.CreatePatched);
        string[][] spellings = [["--wrap-config", settings], [$"--wrap-config={settings}"]];
        foreach (string[] option in spellings)
        {
            Observation? wrapped = Observe("baseline", [Repository.Wrapper, .. option, .. arguments]);
            Assert.NotNull(wrapped);
            AssertSame(direct, wrapped);
        }
    }

    [Theory]
    [InlineData("state", "x")]
    [InlineData("--root", "/r", "start", "x")]
    [InlineData("exec", "--process", "/p", "x")]
    [InlineData("kill", "x", "KILL")]
    [InlineData("delete", "--force", "x")]
    [InlineData("--version")]
    public void Other_commands_do_not_start_the_managed_runtime(params string[] arguments)
    {
        Dictionary<string, int> calls = CountCalls(Shape.PassThrough, arguments);

        AssertOneThread(calls);
        Assert.InRange(calls["total"], 1, MostCallsWithoutRuntime);
    }

    [Fact]
    public void A_create_does_start_it_so_that_the_count_can_tell()
    {
        _scratch.FreshBundle();
        Dictionary<string, int> calls = CountCalls(Shape.CreatePatched, _scratch.Arguments(Shape.CreatePatched));

        Assert.True(calls["total"] > MostCallsWithoutRuntime * 3 / 2, $"only {calls["total"]} system calls");
    }

    /// <summary>A second thread could receive the runtime's signals, and execve would wait for its end.</summary>
    [Fact]
    public void A_create_has_one_thread_and_no_child()
    {
        _scratch.FreshBundle();

        AssertOneThread(CountCalls(Shape.CreatePatched, _scratch.Arguments(Shape.CreatePatched)));
    }

    private static void AssertOneThread(Dictionary<string, int> calls)
    {
        string[] processes = ["clone", "clone3", "fork", "vfork"];
        Assert.All(processes, name => Assert.Equal(0, calls.GetValueOrDefault(name)));
        Assert.Equal(1, calls["execve"]);
    }

    private static TheoryData<string, Shape> WithShapes(string[] scenarios)
    {
        var data = new TheoryData<string, Shape>();
        foreach (string scenario in scenarios)
        {
            foreach (Shape shape in Enum.GetValues<Shape>())
            {
                data.Add(scenario, shape);
            }
        }

        return data;
    }

    /// <summary>Asserts that two runs do not differ.</summary>
    private static void AssertSame(Observation direct, Observation wrapped)
    {
        SortedDictionary<string, string> differences = Differences(direct, wrapped);
        Assert.True(differences.Count == 0, string.Join('\n', differences.Values));
        Assert.Equal(direct.Result.OutputText, wrapped.Result.OutputText);
        Assert.Equal(direct.Result.ErrorText, wrapped.Result.ErrorText);
    }

    private static SortedDictionary<string, string> Differences(Observation direct, Observation wrapped)
    {
        SortedDictionary<string, string> differences = new(StringComparer.Ordinal);
        foreach (string key in direct.Seen.Keys.Union(wrapped.Seen.Keys))
        {
            string? expected = direct.Seen.GetValueOrDefault(key);
            string? actual = wrapped.Seen.GetValueOrDefault(key);
            if (expected != actual)
            {
                differences[key] = $"{key}: direct {expected ?? "(none)"}, wrapped {actual ?? "(none)"}";
            }
        }

        return differences;
    }

    /// <summary>Makes the launcher start a program in a situation. Returns null if this machine does not allow the situation.</summary>
    private Observation? Observe(string scenario, string[] program)
    {
        File.Delete(_scratch.Report);
        CommandResult result = new Command(Probes.Launcher, [scenario, "--", .. program])
        {
            Environment = [],
            WorkingDirectory = _scratch.WorkingDirectory,
        }.Run();

        if (result.ExitCode == Situations.NotApplicable)
        {
            output.WriteLine($"NOT APPLICABLE here: {scenario} needs {result.ErrorText}");
            Assert.True(NeededCapabilities.TryGetValue(scenario, out int[]? capabilities), $"{scenario}: {result}");
            Assert.DoesNotContain(capabilities, HasCapability);
            return null;
        }

        Assert.True(result.ExitCode == 0, $"{scenario}: {result}");
        Assert.True(File.Exists(_scratch.Report), $"{scenario}: the probe was not executed by the path it was given");

        Dictionary<string, string> seen = File.ReadLines(_scratch.Report).Select(line => line.Split('=', 2))
            .ToDictionary(line => line[0], line => line[1]);
        // The wrapper executes and does not fork: the process that was started became the target.
        Assert.True(seen.Remove("pid", out string? pid));
        Assert.Equal(result.Pid.ToString(CultureInfo.InvariantCulture), pid);
        NumberInodes(seen);
        return new Observation(result, seen);
    }

    /// <summary>
    /// Numbers pipes, sockets and terminals, which are new in each run, in the order in which they appear. They can then be compared, and
    /// the report still shows which descriptors share one.
    /// </summary>
    private static void NumberInodes(Dictionary<string, string> seen)
    {
        Dictionary<string, int> numbers = [];
        foreach (string key in seen.Keys.Where(key => key.EndsWith(".target", StringComparison.Ordinal)).Order().ToArray())
        {
            seen[key] = Anonymous().Replace(seen[key], match =>
            {
                numbers.TryAdd(match.Value, numbers.Count + 1);
                return $"{match.Groups["kind"].Value}#{numbers[match.Value]}";
            });
        }
    }

    [GeneratedRegex(@"^(?<kind>pipe:|socket:|/dev/pts/)\[?\d+\]?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Anonymous();

    private static bool HasCapability(int number)
    {
        string effective = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return (Convert.ToUInt64(effective["CapEff:".Length..].Trim(), 16) >> number & 1) != 0;
    }

    private Dictionary<string, int> CountCalls(Shape shape, string[] arguments)
    {
        string counts = Path.Combine(_scratch.WorkingDirectory, "counts");
        new Command(Probes.Syscalls, [counts, Repository.Wrapper, "--wrap-config", _scratch.Settings(shape), .. arguments])
        {
            WorkingDirectory = _scratch.WorkingDirectory,
        }.Run().EnsureSuccess();

        string[] lines = File.ReadAllLines(counts);
        output.WriteLine(string.Join(' ', lines.Where(line => !line.EndsWith("=0", StringComparison.Ordinal))));
        return lines.Select(line => line.Split('='))
            .ToDictionary(line => line[0], line => int.Parse(line[1], CultureInfo.InvariantCulture));
    }

    private sealed record Observation(CommandResult Result, Dictionary<string, string> Seen);
}
