using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>A bundle for runc on a host with a systemd-journald, both for one test.</summary>
internal sealed class JournalBench : IAsyncDisposable
{
    public const string Injected = "5f1d3c0e9b7a4e0f8a6c2d4b1e3f5a70";
    public const string Started = "3b7e0f52c6d94a1e8f25a9d0416c7be2";
    public const string Succeeded = "c41a8d96e0f34b57923d5be7a8106f4c";
    public const string Failed = "e95f27b0d18c4c6fa3470c9b52ed6a81";
    public const string TimedOut = "07d3c5a4b92e4f68b1fe84603ad95c2e";

    /// <summary>The rule stages whose hooks run under a supervisor, in the order of a container's life.</summary>
    public static readonly string[] SupervisedStages = [.. HookLog.Stages.Where(stage => stage != "startContainer")];

    /// <summary>The stages in which these hooks run. The wrapper injects prestart hooks into createRuntime.</summary>
    public static readonly string[] RunStages = [.. SupervisedStages.Select(stage => stage == "prestart" ? "createRuntime" : stage)];

    private readonly LowLevelHost _lowLevel;

    private JournalBench(LowLevelHost lowLevel, JournalDaemon journal, LowLevelBench bundle)
    {
        _lowLevel = lowLevel;
        Journal = journal;
        Bundle = bundle;
        Bundle.SetProcess("true");
        Bundle.Set("log", new JsonObject());
    }

    public static async Task<JournalBench> MakeAsync()
    {
        var lowLevel = new LowLevelHost();
        try
        {
            await lowLevel.InitializeAsync();
            return new JournalBench(lowLevel, await JournalDaemon.StartAsync(lowLevel.Host), await LowLevelBench.MakeAsync(lowLevel, "runc"));
        }
        catch
        {
            await lowLevel.DisposeAsync();
            throw;
        }
    }

    public JournalDaemon Journal { get; }

    public LowLevelBench Bundle { get; }

    /// <summary>A file for events besides the journal. The settings must name it.</summary>
    public string LogFile => Bundle.PathTo("events.json");

    public IReadOnlyList<JsonNode> FileEvents => [.. File.ReadAllLines(LogFile).Select(line => JsonNode.Parse(line)!)];

    /// <summary>
    /// Returns the path of a stage's rule. A prestart hook is injected into createRuntime, where hooks are ordered by rule name.
    /// </summary>
    public string RulePath(string stage) => Path.Combine(Bundle.Rules, $"{Array.IndexOf(HookLog.Stages, stage)}-{stage}.json");

    /// <summary>Writes a rule for a stage. Its hook is a shell script with arguments.</summary>
    public void WriteRule(string stage, string script, params IEnumerable<string> arguments) => File.WriteAllText(
        RulePath(stage),
        HookLog.Rule(
            new JsonObject
            {
                ["path"] = "/bin/busybox",
                ["args"] = new JsonArray([.. new[] { "sh", "-c", script, stage }.Concat(arguments).Select(word => (JsonNode)word)]),
            },
            stage));

    /// <summary>Runs the container from its creation to its deletion.</summary>
    public Task<CommandResult> RunContainerAsync() => Bundle.WrappedAsync("run", "--bundle", Bundle.Bundle, LowLevelBench.Id);

    /// <summary>Runs a hook under a supervisor as the runtime would, and returns its standard error too.</summary>
    public Task<CommandResult> SuperviseAsync(string script) => _lowLevel.Host.RunWithInputAsync(
        """{"ociVersion":"1.0.2","id":"by-hand","status":"creating","bundle":"/nowhere"}""",
        "bash", "-c", "exec -a ocihooks-supervisor \"$@\"", "bash", Repository.Wrapper, "--stage=createRuntime", "--rule=/rule.json",
        "--timeout-ms=600000", "--log-level=information", "--log-journald", "--", "/bin/busybox", "sh", "-c", script);

    public async ValueTask DisposeAsync()
    {
        await Bundle.DisposeAsync();
        await _lowLevel.DisposeAsync();
    }
}
