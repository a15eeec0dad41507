using System.Globalization;
using System.Text;
using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Supervision;

/// <summary>A directory for one test, and the built wrapper, called as a runtime does to run a hook under supervision.</summary>
internal sealed class SupervisorBench : IDisposable
{
    /// <summary>The mark in the environment of everything that is started here, to find the processes that are left.</summary>
    private readonly HookMark _mark = new();

    public SupervisorBench()
    {
        Root = Directory.CreateTempSubdirectory("ocihooks-").FullName;
        Options = new Dictionary<string, string?>
        {
            ["--stage"] = "createRuntime",
            ["--rule"] = "/rules/rule.json",
            ["--timeout-ms"] = Milliseconds(TestTimeout.Limit),
            ["--grace-ms"] = "500",
            ["--on-failure"] = "abort",
            ["--log-level"] = "information",
            ["--log-file"] = LogFile,
        };
    }

    public static string State => """{"ociVersion":"1.0.2","id":"c1","status":"created","pid":42,"bundle":"/run/b"}""";

    public string Root { get; }

    public string LogFile => Path.Combine(Root, "hooks.log");

    /// <summary>
    /// The supervisor's options; null for an option without a value. The grace suits a hook that does not end by itself. A hook that does
    /// may need longer on a busy machine.
    /// </summary>
    public Dictionary<string, string?> Options { get; }

    /// <summary>The last event in the log file.</summary>
    public JsonElement Entry => JsonDocument.Parse(File.ReadAllLines(LogFile)[^1]).RootElement;

    /// <summary>The processes started here that still run, wherever they are.</summary>
    public IReadOnlyList<int> Survivors => _mark.Processes;

    public string Inside(string name) => Path.Combine(Root, name);

    /// <summary>Gives a hook that ends on a signal as much time as it needs.</summary>
    public void LetEnd() => Options["--grace-ms"] = Milliseconds(TestTimeout.Limit);

    /// <summary>Runs a hook past its timeout, with a timeout long enough for it to write a file first.</summary>
    public T TimeOut<T>(string ready, Func<T> run) => TimeOut(run, _ => File.Exists(Inside(ready)));

    /// <inheritdoc cref="ShortTimeout.Find"/>
    public T TimeOut<T>(Func<T> run, Func<T, bool> isEnough, double first = 0.5)
    {
        return ShortTimeout.Find(first, RunFor, isEnough);

        T RunFor(double seconds)
        {
            Options["--timeout-ms"] = Milliseconds(TimeSpan.FromSeconds(seconds));
            return run();
        }
    }

    /// <summary>Returns a supervisor's arguments without the first.</summary>
    public IEnumerable<ByteString> Line(IEnumerable<ByteString> hook) =>
        [.. Options.Select(option => (ByteString)(option.Key + (option.Value is null ? "" : "=" + option.Value))), "--", .. hook];

    /// <summary>Runs a hook: its path, then its arguments.</summary>
    public CommandResult Run(params IEnumerable<ByteString> hook) => Run(Encoding.UTF8.GetBytes(State), hook);

    public CommandResult Run(byte[] state, params IEnumerable<ByteString> hook) => RunBare(state, Line(hook));

    /// <summary>Runs a supervisor with only these arguments.</summary>
    public CommandResult RunBare(byte[] state, IEnumerable<ByteString> arguments) => new Command(Repository.Wrapper, arguments)
    {
        Name = "ocihooks-supervisor",
        Input = state,
        WorkingDirectory = Root,
        Environment = Environment,
    }.Run();

    /// <summary>Runs a hook that is a shell script in the bench's directory.</summary>
    public CommandResult RunShell(string script) => Run("/bin/sh", "sh", "-c", script);

    /// <summary>Starts <see cref="RunShell"/> in the background.</summary>
    public Task<CommandResult> StartShell(string script) => Task.Run(() => RunShell(script));

    /// <summary>Runs a script that gets the supervisor's command line: <c>"$@"</c> starts it, with the state as input.</summary>
    public CommandResult RunIn(string script, params IEnumerable<ByteString> hook) =>
        new Command("/bin/sh", ["-c", script, "sh", Probes.Named, "ocihooks-supervisor", Repository.Wrapper, .. Line(hook)])
        {
            Input = Encoding.UTF8.GetBytes(State),
            WorkingDirectory = Root,
            Environment = Environment,
        }.Run();

    /// <summary>Runs a script like <see cref="RunIn"/>, in its own mount namespace. Needs root.</summary>
    public CommandResult RunWithMounts(string script, params IEnumerable<ByteString> hook) =>
        RunIn($"exec unshare --mount --propagation private sh -ec '{script}' sh \"$@\"", hook);

    /// <summary>Waits for a file that a hook writes in one call. Returns its trimmed content.</summary>
    public string Await(string name)
    {
        string text = "";
        Eventually.True(
            () => File.Exists(Inside(name)) && (text = File.ReadAllText(Inside(name))).EndsWith('\n'), $"the hook has written {name}");
        return text.Trim();
    }

    /// <summary>Waits for the process ID that a hook writes to a file.</summary>
    public int AwaitPid(string name) => int.Parse(Await(name), CultureInfo.InvariantCulture);

    public void AssertNobodyIsLeft() => _mark.AssertNoProcesses();

    public void Dispose()
    {
        _mark.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private static string Milliseconds(TimeSpan time) => ((int)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private IEnumerable<ByteString> Environment => [.. Command.InheritedEnvironment, _mark.Entry];
}
