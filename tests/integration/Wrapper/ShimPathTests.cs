using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests that the low-level runtime's PATH lacks the directory that containerd-shim-hooked-v1 puts first.</summary>
public sealed class ShimPathTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public static TheoryData<string> Commands => ["state", "create"];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void It_is_taken_out(string command) =>
        AssertGets(command, ["A=1", "PATH=/usr/bin:/bin", "Z=2"], "A=1", "PATH=/usr/lib/ocihooks/shim:/usr/bin:/bin", "Z=2");

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_empty_PATH_is_so_again(string command) => AssertGets(command, ["PATH="], "PATH=/usr/lib/ocihooks/shim:");

    [Theory]
    [InlineData("PATH=/usr/lib/ocihooks/shim")]
    [InlineData("PATH=/usr/bin:/usr/lib/ocihooks/shim:/bin")]
    [InlineData("PATH=/usr/lib/ocihooks/shims:/bin")]
    [InlineData("PATH=/ocihooks/bin:/bin")]
    [InlineData("PATH=")]
    [InlineData("PATH=:")]
    [InlineData("PATH")]
    [InlineData("XPATH=/usr/lib/ocihooks/shim:/bin")]
    public void All_else_stays_as_it_is(string entry) => AssertGets("state", [entry], entry);

    [Fact]
    public void Only_the_first_PATH_is_anybodys() => AssertGets(
        "state", ["PATH=/bin", "PATH=/x/ocihooks/shim:/bin"], "PATH=/x/ocihooks/shim:/bin", "PATH=/x/ocihooks/shim:/bin");

    /// <summary>nvidia-container-runtime looks for runc. It would find the wrapper, and the two would execute each other.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public void A_runtime_that_looks_for_runc_itself_finds_the_real_one(string command)
    {
        string shim = Directory.CreateDirectory(Path.Combine(_bench.Root, "ocihooks", "shim")).FullName;
        string usual = Directory.CreateDirectory(Path.Combine(_bench.Root, "bin")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(shim, "runc"), Repository.Wrapper);
        _ = File.CreateSymbolicLink(Path.Combine(usual, "runc"), Probes.Recorder);
        _bench.Set("runtime", _bench.WriteScript("looking-runtime", "#!/bin/sh\nexec runc \"$@\"\n"));

        Run(command, $"PATH={shim}:{usual}").AssertSilentSuccess();

        Assert.Equal("runc", Assert.Single(_bench.Calls).Arguments[0]);
    }

    private CommandResult Run(string command, params string[] environment) => _bench.RunIn(
        _bench.Root, environment.Select(entry => (ByteString)entry), command, "--bundle", _bench.Bundle, "c1");

    private void AssertGets(string command, string[] expected, params string[] environment)
    {
        Run(command, environment).AssertSilentSuccess();
        string[] got = Encoding.UTF8.GetString(Assert.Single(_bench.Calls).EnvironmentBytes).Split('\0')[..^1];
        Assert.Equal([.. expected, $"RECORDER_DIR={_bench.Records}"], got);
    }
}
