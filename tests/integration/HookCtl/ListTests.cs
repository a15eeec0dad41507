using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl list</c>.</summary>
public sealed class ListTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("list.txt")]
    [InlineData("list.json", "--json")]
    public void Rules_are_shown_in_the_order_of_injection_with_what_masks_what(string golden, params string[] options)
    {
        string second = Directory.CreateDirectory(_bench.Inside("more.d")).FullName;
        _bench.Set("hooksDirs", new JsonArray(_bench.Rules, second));
        _bench.WriteRule("b.json", """
            {"version":"1.0.0","hook":{"path":"/bin/true","args":["true","--now"],"timeout":5},
             "when":{"annotations":{"^team$":"a|b"},"commands":["^/bin/sh$","nginx$"]},"stages":["prestart","poststop"]}
            """);
        _bench.WriteRule("a.json", """{"hook":"/bin/true","stages":["poststart"],"cmds":["x"],"hasbindmounts":true}""");
        _bench.WriteRule("c.json", """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""");
        _bench.WriteRule("d.json", """{"version":"1.0.0","hook":{"path":"/no/such"},"when":{"always":true},"stages":["poststop"]}""");
        File.Copy(Path.Combine(_bench.Rules, "c.json"), Path.Combine(second, "c.json"));

        CommandResult result = _bench.Run(["list", .. options.Select(option => (ByteString)option)]);

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, result.OutputText);
    }

    [Fact]
    public void A_broken_rule_is_a_problem()
    {
        _bench.WriteRule("a.json", "{");

        CommandResult result = _bench.Run("list");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no rules are in effect\nbroken: ", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("a.json:1:", result.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_that_cannot_be_written_is_a_failure()
    {
        CommandResult result = new Command(
            "sh", "-c", "exec \"$1\" list --config \"$2\" >/dev/full", "sh", Repository.HookCtl, _bench.SettingsFile).Run();

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("hookctl: cannot write the output: ", result.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "no-such-command")]
    [InlineData(2, "list", "--no-such-option")]
    [InlineData(2, "list", "too-much")]
    [InlineData(3, "list", "--config", "/no/such/file")]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    public void Exit_codes_tell_misuse_from_failure(int exitCode, params string[] arguments) =>
        Assert.Equal(exitCode, new Command(Repository.HookCtl, arguments.Select(word => (ByteString)word)).Run().ExitCode);
}
