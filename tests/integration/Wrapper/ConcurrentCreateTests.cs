using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests many creates at once: on one bundle, which no engine does but a wrapper must survive, and on many bundles.</summary>
public sealed class ConcurrentCreateTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public ConcurrentCreateTests()
    {
        for (int i = 0; i < 5; i++)
        {
            _bench.WriteRule($"{i}.json", $$"""{"version":"1.0.0","hook":{"path":"/bin/true","args":["true","{{i}}"]},"when":{"always":true},"stages":["createRuntime","poststop"]}""");
        }
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    public void Two_hundred_on_one_bundle_all_succeed_and_inject_once(int size)
    {
        File.WriteAllText(_bench.Config, $$"""{"process":{"args":["sh"]},"filling":"{{new string('x', size)}}"}""");

        CommandResult[] results = ManyAtOnce.Run(200, 20, _ => _bench.Create());

        Assert.All(results, result => result.AssertSilentSuccess());
        string[] seen = [.. _bench.Calls.Select(call => call.Config!)];
        Assert.Equal(200, seen.Length);
        Assert.Equal(_bench.ConfigText, Assert.Single(seen.Distinct()));
        Assert.All(_bench.Hooks().Values, hooks => Assert.Equal(5, hooks.Length));
        _bench.AssertNothingLeftBehind();
    }

    [Fact]
    public void Fifty_on_as_many_bundles_all_inject_what_is_theirs()
    {
        byte[] config = File.ReadAllBytes(Repository.Sample("docker-config.json"));
        string[] bundles = [.. Enumerable.Range(0, 50).Select(i => Directory.CreateDirectory(Path.Combine(_bench.Root, $"bundle{i}")).FullName)];
        Array.ForEach(bundles, bundle => File.WriteAllBytes(Path.Combine(bundle, "config.json"), config));

        CommandResult[] results = ManyAtOnce.Run(50, 50, i => _bench.Run("create", "--bundle", bundles[i], string.Create(CultureInfo.InvariantCulture, $"c{i}")));

        Assert.All(results, result => result.AssertSilentSuccess());
        string patched = Assert.Single(bundles.Select(bundle => File.ReadAllText(Path.Combine(bundle, "config.json"))).Distinct());
        Assert.Equal(5, patched.Split("\"args\":[\"true\",", StringSplitOptions.None).Length / 2);
        Assert.Equal(50, _bench.Calls.Count);
        Assert.All(_bench.Calls, call => Assert.Equal(patched, call.Config));
    }

    /// <summary>Rules change while creates run. Whatever each create saw, the next one writes what is right then.</summary>
    [Fact]
    public void Creates_with_other_rules_at_the_same_time_leave_no_hook_behind()
    {
        byte[] original = File.ReadAllBytes(_bench.Config);
        string[] settings = [.. new[] { "many", "few", "none" }.Select(WriteSettings)];
        for (int round = 0; round < 10; round++)
        {
            CommandResult[] results = ManyAtOnce.Run(30, 10, i => Create(settings[i % 3]));
            Assert.All(results, result => result.AssertSilentSuccess());

            Create(settings[0]).AssertSilentSuccess();
            Assert.Equal(["createRuntime:5", "poststop:5"], _bench.Hooks().Select(stage => $"{stage.Key}:{stage.Value.Length}").Order());
            Create(settings[2]).AssertSilentSuccess();
            Assert.Equal(original, File.ReadAllBytes(_bench.Config));
        }
    }

    private CommandResult Create(string settings) => _bench.RunBare(_bench.Root, null, "--wrap-config", settings, "create", "--bundle", _bench.Bundle, "c1");

    private string WriteSettings(string name)
    {
        string rules = Directory.CreateDirectory(Path.Combine(_bench.Root, name)).FullName;
        if (name == "few")
        {
            File.WriteAllText(Path.Combine(rules, "x.json"), WrapperBench.Rule("poststart"));
        }

        string path = Path.Combine(_bench.Root, $"{name}.json");
        File.WriteAllText(path, new JsonObject
        {
            ["runtime"] = Probes.Recorder,
            ["hooksDirs"] = new JsonArray(name == "many" ? _bench.Rules : rules),
            ["log"] = new JsonObject { ["journald"] = false },
        }.ToJsonString());
        return path;
    }
}
