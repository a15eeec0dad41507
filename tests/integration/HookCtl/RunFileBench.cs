using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>A file of hook runs in the wrapper's log format, which the settings name, and hookctl in UTC.</summary>
internal sealed class RunFileBench : IDisposable
{
    public const string Succeeded = "c41a8d96e0f34b57923d5be7a8106f4c";
    public const string Failed = "e95f27b0d18c4c6fa3470c9b52ed6a81";
    public const string TimedOut = "07d3c5a4b92e4f68b1fe84603ad95c2e";
    public const string Container = "0123456789abcdef0123456789abcdef";

    public RunFileBench() => Bench.Set("log", new JsonObject { ["journald"] = false, ["file"] = LogFile });

    public HookCtlBench Bench { get; } = new();

    public string LogFile => Bench.Inside("hooks.log");

    /// <summary>Adds a run at a minute of 31 January 2025, with more or other fields.</summary>
    public void Add(string kind, int minute, JsonObject? fields = null)
    {
        var run = new JsonObject
        {
            ["time"] = $"2025-01-31T12:{minute:00}:00.5Z",
            ["level"] = "information",
            ["message"] = "a sentence",
            ["messageId"] = kind,
            ["ocihooksRule"] = "/etc/containers/oci/hooks.d/10-net.json",
            ["ocihooksHook"] = "/usr/bin/net",
            ["ocihooksStage"] = "createRuntime",
            ["ocihooksDurationMs"] = 12.345,
            ["containerId"] = Container,
        };
        foreach ((string name, JsonNode? value) in fields ?? [])
        {
            run[name] = value?.DeepClone();
        }

        AddLine(run.ToJsonString());
    }

    public void AddLine(string line) => File.AppendAllText(LogFile, line + "\n");

    /// <summary>Adds one run of each outcome, and events that are not about a run.</summary>
    public void AddOneOfEach()
    {
        Add("5f1d3c0e9b7a4e0f8a6c2d4b1e3f5a70", 0);
        Add(Succeeded, 1, new() { ["ocihooksExitCode"] = 0 });
        Add(Failed, 2, new() { ["ocihooksExitCode"] = 3, ["ocihooksStderr"] = "one\n\u001b[31mtwo\n" });
        Add(Failed, 3, new() { ["ocihooksSignal"] = "SIGSEGV", ["ocihooksStage"] = "poststop", ["ocihooksDurationMs"] = 1234 });
        Add(TimedOut, 4, new() { ["ocihooksSignal"] = "SIGKILL", ["ocihooksDurationMs"] = 30000.1, ["containerId"] = "other" });
        Add(Failed, 5, new() { ["errno"] = 2, ["ocihooksRule"] = "/a/20-\"odd\"\\[name].json" });
        AddLine($$"""{"time":"2025-01-31T12:06:00Z","messageId":"{{Succeeded}}"}""");
    }

    public CommandResult Run(params IEnumerable<string> arguments) =>
        new Command(Repository.HookCtl, [.. arguments.Select(word => (ByteString)word), "--config", Bench.SettingsFile])
        {
            Environment = ["TZ=UTC", .. Command.InheritedEnvironment],
        }.Run();

    public void Dispose() => Bench.Dispose();
}
