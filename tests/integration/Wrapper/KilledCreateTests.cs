using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that a SIGKILL at any moment leaves an old or a new configuration, and that the next create writes the right one.
/// </summary>
public sealed class KilledCreateTests : IDisposable
{
    private const int Kills = 300;

    private readonly WrapperBench _bench = new();
    private readonly byte[] _original = Encoding.UTF8.GetBytes($$"""{"process":{"args":["sh"]},"filling":"{{new string('x', 300_000)}}"}""");

    /// <summary>The names of settings, and the configuration that each leads to.</summary>
    private readonly Dictionary<string, byte[]> _outcomes = [];

    public KilledCreateTests()
    {
        foreach ((string name, string arguments) in new[] { ("none", ""), ("short", "a"), ("long", new string('b', 5000)) })
        {
            File.WriteAllBytes(_bench.Config, _original);
            WriteSettings(name, arguments);
            Create(name).AssertSilentSuccess();
            _outcomes[name] = File.ReadAllBytes(_bench.Config);
            File.Delete(_bench.Record);
        }

        File.WriteAllBytes(_bench.Config, _original);
        Assert.Equal(_original, _outcomes["none"]);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Of_300_kills_at_random_moments_none_tears_the_configuration()
    {
        KillAtRandomMoments();
        _bench.AssertNothingLeftBehind();
    }

    /// <summary>
    /// This test is deterministic where the other is thorough: it kills right before each system call that changes something.
    /// </summary>
    [Theory]
    [Trait("Needs", "root")]
    [InlineData("openat")]
    [InlineData("write")]
    [InlineData("fchmod")]
    [InlineData("linkat")]
    [InlineData("rename")]
    [InlineData("unlink")]
    [InlineData("close")]
    [InlineData("execve")]
    public void Killed_before_a_system_call_it_leaves_nothing_torn_and_nothing_behind(string call)
    {
        string[] names = [.. _outcomes.Keys];
        int killed = 0;
        AssertCreateMakesItRight("short");
        for (int n = 1, before = -1; before < killed && n < 60; n++)
        {
            before = killed;
            foreach (string name in names)
            {
                CommandResult result = new Command(
                    "strace", "-o", "/dev/null", "-e", $"inject={call}:signal=KILL:when={n.ToString(CultureInfo.InvariantCulture)}",
                    Repository.Wrapper, "--wrap-config", Settings(name), "create", "--bundle", _bench.Bundle, "c1").Run();
                killed += result.Signal is null ? 0 : 1;
                AssertOneOfTheOutcomes();
                AssertCreateMakesItRight(names[(Array.IndexOf(names, name) + 2) % names.Length]);
            }
        }

        Assert.NotEqual(0, killed);
        _bench.AssertNothingLeftBehind();
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Of_300_kills_none_tears_a_configuration_that_is_a_mount_point()
    {
        using var mount = Mount.Bind(_bench.Config, _bench.Config);
        KillAtRandomMoments();
        _bench.AssertNothingLeftBehind();
    }

    private void KillAtRandomMoments()
    {
        string[] names = [.. _outcomes.Keys];
        const double Shortest = 0.00001;
        double longest = 0.1;
        for (int i = 0, killed = 0; killed < Kills; i++)
        {
            // A seeded sequence would suggest that the test is repeatable. Processes are not.
            string name = names[i % names.Length];
            string delay = (Shortest + (Random.Shared.NextDouble() * longest)).ToString("F5", CultureInfo.InvariantCulture);
            CommandResult result = new Command(
                "timeout", "--foreground", "-s", "KILL", delay,
                Repository.Wrapper, "--wrap-config", Settings(name), "create", "--bundle", _bench.Bundle, "c1").Run();
            bool isKilled = result.ExitCode != 0;
            killed += isKilled ? 1 : 0;

            // Keeps the delay such that some kills come too late, and so others shortly before the end, at any load of the machine.
            longest = isKilled ? longest * 1.03 : Math.Max(longest * 0.9, Shortest);
            AssertOneOfTheOutcomes();
            if (i % 10 == 9)
            {
                AssertCreateMakesItRight(names[i / 10 % names.Length]);
            }
        }

        Array.ForEach(names, AssertCreateMakesItRight);
        AssertCreateMakesItRight("none");
        Assert.False(File.Exists(_bench.Record));
    }

    private void AssertCreateMakesItRight(string name)
    {
        Create(name).AssertSilentSuccess();
        Assert.True(_outcomes[name].AsSpan().SequenceEqual(File.ReadAllBytes(_bench.Config)), $"not the configuration that \"{name}\" leads to");
    }

    /// <summary>Waits until the file is whole: if it is written in place, the writer outlives the kill for a moment.</summary>
    private void AssertOneOfTheOutcomes() => Eventually.True(IsOneOfTheOutcomes, "the configuration is whole");

    private bool IsOneOfTheOutcomes()
    {
        byte[] config = File.ReadAllBytes(_bench.Config);
        return _outcomes.Values.Any(outcome => outcome.AsSpan().SequenceEqual(config));
    }

    private CommandResult Create(string name) =>
        _bench.RunBare(_bench.Root, null, "--wrap-config", Settings(name), "create", "--bundle", _bench.Bundle, "c1");

    private string Settings(string name) => Path.Combine(_bench.Root, $"{name}.json");

    private void WriteSettings(string name, string argument)
    {
        string rules = Directory.CreateDirectory(Path.Combine(_bench.Root, name)).FullName;
        if (argument.Length > 0)
        {
            File.WriteAllText(
                Path.Combine(rules, "x.json"),
                $$"""{"version":"1.0.0","hook":{"path":"/bin/true","args":["{{argument}}"]},"when":{"always":true},"stages":["poststop"]}""");
        }

        File.WriteAllText(Settings(name), new JsonObject
        {
            ["runtime"] = "/bin/true",
            ["hooksDirs"] = new JsonArray(rules),
            ["log"] = new JsonObject { ["journald"] = false },
        }.ToJsonString());
    }
}
