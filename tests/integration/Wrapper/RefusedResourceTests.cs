using System.Text.Json;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests limits under which the managed runtime cannot start. The wrapper reports that, and other commands work without it.
/// </summary>
public sealed class RefusedResourceTests : IDisposable
{
    private const string WithoutPrivilege = "setpriv --bounding-set -sys_resource --inh-caps -sys_resource";

    private readonly WrapperBench _bench = new();

    public RefusedResourceTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    private string Log => Path.Combine(_bench.Root, "log.json");

    public void Dispose() => _bench.Dispose();

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("-v 8000")]
    [InlineData("-v 40000")]
    [InlineData("-v 60000")]
    [InlineData("-d 1500")]
    [InlineData("-s 64")]
    public void A_create_under_low_limits_is_refused_with_a_message(string limit)
    {
        CommandResult result = Run($"ulimit {limit}; exec {WithoutPrivilege} \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        AssertReported(result, "the limits of this process leave no room for the .NET runtime; raise them");
    }

    [Theory]
    [InlineData("-S -v 40000")]
    [InlineData("-S -d 1500")]
    [InlineData("-S -s 64")]
    public void Limits_that_may_be_raised_do_not_matter(string limit)
    {
        CommandResult result = Run($"ulimit {limit}; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        _ = Assert.Single(_bench.Hooks()["createRuntime"]);
    }

    [Theory]
    [InlineData("-v 8000")]
    [InlineData("-d 1500")]
    [InlineData("-s 64")]
    public void Other_commands_work_under_low_limits(string limit)
    {
        CommandResult result = Run($"ulimit {limit}; exec \"$@\"", "kill", "c1", "TERM");

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        Assert.Equal("kill", Assert.Single(_bench.Calls).Arguments[^3]);
    }

    /// <summary>
    /// The calls on 64-bit Intel: mmap(2) of 16 MB and more, mmap(2), and sigaction(2), each as a seccomp filter may refuse it.
    /// </summary>
    [Theory]
    [InlineData("9:1:16777216", "12")]
    [InlineData("9", "1")]
    [InlineData("13", "38")]
    public void What_a_filter_refuses_is_told(string call, string error)
    {
        CommandResult result = Run($"exec {Probes.Refuse} {call} {error} \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        AssertReported(result, "cannot start the .NET runtime: it is refused memory or a system call");
    }

    /// <summary>sched_getaffinity(2) is not needed. It may fail or return nothing.</summary>
    [Theory]
    [InlineData("204", "1")]
    [InlineData("204", "0")]
    public void What_is_not_needed_may_be_refused(string call, string error)
    {
        CommandResult result = Run($"exec {Probes.Refuse} {call} {error} \"$@\"", "create", "--bundle", _bench.Bundle, "c1");

        Assert.Equal(("", 0), (result.ErrorText, result.ExitCode));
        _ = Assert.Single(_bench.Hooks()["createRuntime"]);
    }

    private void AssertReported(CommandResult result, string message)
    {
        Assert.Equal((125, null), (result.ExitCode, result.Signal));
        Assert.StartsWith($"runc-wrap: {message}", result.ErrorText, StringComparison.Ordinal);
        using var entry = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Log)));
        Assert.Equal(result.ErrorText, $"runc-wrap: {entry.RootElement.GetProperty("msg").GetString()}\n");
        Assert.Empty(_bench.Calls);
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
    }

    private CommandResult Run(string script, params string[] command) => new Command(
        "/bin/sh",
        ["-c", script, "sh", Repository.Wrapper, "--wrap-config", _bench.SettingsFile, "--log", Log, "--log-format", "json", .. command.Select(word => (ByteString)word)])
    {
        WorkingDirectory = _bench.Root,
        Environment = [.. Command.InheritedEnvironment, $"RECORDER_DIR={_bench.Records}"],
    }.Run();
}
