using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>A bundle for one test, with a runtime, its state directory, rules, settings and a log of hooks.</summary>
internal sealed class LowLevelBench : IAsyncDisposable
{
    private readonly PrivateHost _host;
    private readonly string _runtime;
    private readonly string _root;

    private LowLevelBench(LowLevelHost lowLevel, string runtime)
    {
        _host = lowLevel.Host;
        _runtime = runtime;
        _root = Directory.CreateDirectory(Path.Combine(_host.Root, Guid.NewGuid().ToString("N"))).FullName;
        Bundle = Directory.CreateDirectory(PathTo("bundle")).FullName;
        Rules = Directory.CreateDirectory(PathTo("hooks.d")).FullName;
        Log = new HookLog(PathTo("log"));
        File.WriteAllText(PathTo("settings.json"), EngineSettings.Text(runtime, Rules));
    }

    public static async Task<LowLevelBench> MakeAsync(LowLevelHost lowLevel, string runtime)
    {
        var bench = new LowLevelBench(lowLevel, runtime);
        _ = (await lowLevel.Host.RunInAsync(bench.Bundle, runtime, "spec")).EnsureSuccess();
        JsonNode config = bench.ReadConfig();
        config["root"] = new JsonObject { ["path"] = lowLevel.RootFileSystem };
        config["linux"]!["cgroupsPath"] = $"{lowLevel.Host.Cgroup}/{Path.GetFileName(bench._root)}";
        config["process"]!["terminal"] = false;

        // A process without CAP_SYS_RESOURCE cannot raise its limits.
        _ = config["process"]!.AsObject().Remove("rlimits");
        config["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = bench.Log.Mount,
            ["source"] = bench.Log.Mount,
            ["type"] = "bind",
            ["options"] = new JsonArray("bind", "rw"),
        });
        bench.WriteConfig(config);
        return bench;
    }

    public const string Id = "c1";

    public string Bundle { get; }

    public string Rules { get; }

    public HookLog Log { get; }

    public string Config => Path.Combine(Bundle, "config.json");

    /// <summary>The output of a container that was created with create, not run.</summary>
    public string Output => File.ReadAllText(PathTo("output"));

    public string PathTo(string name) => Path.Combine(_root, name);

    public JsonNode ReadConfig() => JsonNode.Parse(File.ReadAllBytes(Config))!;

    public void WriteConfig(JsonNode config) => File.WriteAllText(Config, config.ToJsonString());

    /// <summary>Changes one of the wrapper's settings.</summary>
    public void Set(string key, JsonNode value)
    {
        string file = PathTo("settings.json");
        JsonNode settings = JsonNode.Parse(File.ReadAllText(file))!;
        settings[key] = value;
        File.WriteAllText(file, settings.ToJsonString());
    }

    /// <summary>Makes the container run a shell script.</summary>
    public void SetProcess(string script, bool terminal = false)
    {
        JsonNode config = ReadConfig();
        config["process"]!["args"] = new JsonArray("sh", "-c", script);
        config["process"]!["terminal"] = terminal;
        WriteConfig(config);
    }

    /// <summary>Writes hooks into the configuration as the wrapper would, prestart hooks into createRuntime.</summary>
    public void SetHooks(params (string Stage, JsonObject Hook)[] hooks)
    {
        var stages = new JsonObject();
        foreach ((string stage, JsonObject hook) in hooks)
        {
            string injected = stage == "prestart" ? "createRuntime" : stage;
            stages[injected] ??= new JsonArray();
            stages[injected]!.AsArray().Add(hook);
        }

        JsonNode config = ReadConfig();
        config["hooks"] = stages;
        WriteConfig(config);
    }

    /// <summary>Returns a runtime's command line, with or without the wrapper.</summary>
    public string[] CommandLine(bool wrapped, params IEnumerable<string> arguments) => wrapped
        ? [Repository.Wrapper, "--wrap-config", PathTo("settings.json"), "--root", PathTo("state"), .. arguments]
        : [_runtime, "--root", PathTo("state"), .. arguments];

    public Task<CommandResult> WrappedAsync(params IEnumerable<string> arguments) => CallAsync(wrapped: true, arguments);

    public Task<CommandResult> BareAsync(params IEnumerable<string> arguments) => CallAsync(wrapped: false, arguments);

    public Task<CommandResult> CallAsync(bool wrapped, params IEnumerable<string> arguments) => RunAsync(CommandLine(wrapped, arguments));

    public Task<CommandResult> RunAsync(params IEnumerable<string> commandLine) => _host.RunInAsync(Bundle, commandLine);

    public Task<CommandResult> RunOnTerminalAsync(params IEnumerable<string> commandLine) => _host.RunOnTerminalAsync("", commandLine);

    public RuntimeMessage MessageOf(CommandResult result) => RuntimeMessage.Of(result, _root);

    /// <summary>
    /// Runs a create whose output goes to files, because the container inherits them. The result has the output of a create that failed.
    /// </summary>
    public Task<CommandResult> CreateAsync(bool wrapped, params IEnumerable<string> options)
    {
        const string Redirected = """
            out=$1
            shift
            "$@" >"$out" 2>&1 </dev/null && exit 0
            status=$?
            cat "$out" >&2
            exit $status
            """;
        return RunAsync(["sh", "-c", Redirected, "sh", PathTo("output"), .. CommandLine(wrapped, "create"), .. options, "--bundle", Bundle, Id]);
    }

    public async Task StartAsync(bool wrapped) => Assert.Equal("", Silent(await CallAsync(wrapped, "start", Id)));

    /// <summary>Returns the status that the runtime reports.</summary>
    public async Task<string> StatusAsync() =>
        JsonNode.Parse((await WrappedAsync("state", Id)).EnsureSuccess().Output)!["status"]!.GetValue<string>();

    public Task AwaitStoppedAsync() => Eventually.EqualAsync("stopped", StatusAsync);

    /// <summary>Fails unless a command succeeded. Returns its output and errors.</summary>
    public static string Silent(CommandResult result)
    {
        _ = result.EnsureSuccess();
        return result.OutputText + result.ErrorText;
    }

    public async ValueTask DisposeAsync()
    {
        _ = await BareAsync("delete", "--force", Id);
        Directory.Delete(_root, recursive: true);
    }
}
