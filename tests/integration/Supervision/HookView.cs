using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>Runs the probe as a hook, in a situation that the launcher creates, and returns its report.</summary>
internal sealed partial class HookView : IDisposable
{
    private const int TimedOut = 124;

    private readonly SupervisorBench _bench = new();
    private readonly string _hook;
    private readonly string _directory;

    public HookView()
    {
        _hook = _bench.Inside("hook");
        _directory = Directory.CreateDirectory(_bench.Inside("cwd")).FullName;
        _ = File.CreateSymbolicLink(_hook, Probes.Probe);
    }

    /// <summary>Runs the hook as its runtime would, without a supervisor.</summary>
    public Dictionary<string, string> Bare(string scenario, params IEnumerable<ByteString> arguments) =>
        Report(scenario, Run(scenario, [arguments.FirstOrDefault(_hook), _hook, .. arguments.Skip(1)]));

    /// <summary>Runs the hook under the supervisor.</summary>
    public Dictionary<string, string> Supervised(string scenario, params IEnumerable<ByteString> arguments)
    {
        // If nobody closes the state, the supervisor waits for its end until the hook's timeout.
        CommandResult result = _bench.TimeOut(
            () => Run(scenario, ["ocihooks-supervisor", Repository.Wrapper, .. _bench.Line([_hook, .. arguments])]),
            result => result.ExitCode != TimedOut,
            first: 4);
        return Report(scenario, result);
    }

    public void Dispose() => _bench.Dispose();

    private string ReportFile => _hook + ".out";

    private CommandResult Run(string scenario, IEnumerable<ByteString> line)
    {
        File.Delete(ReportFile);
        return new Command(Probes.Launcher, [scenario, "--", Probes.Named, "--fork", .. line])
        {
            Environment = [],
            WorkingDirectory = _directory,
        }.Run();
    }

    private Dictionary<string, string> Report(string scenario, CommandResult result)
    {
        Assert.True(result.ExitCode == 0, $"{scenario}: {result}");
        return File.ReadLines(ReportFile).Select(text => text.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Anonymous().Replace(pair[1], "${kind}"));
    }

    [GeneratedRegex(@"^(?<kind>pipe:|socket:|/dev/pts/)\[?\d+\]?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Anonymous();
}
