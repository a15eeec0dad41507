using System.Security.Cryptography;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests a hook whose rule pins its SHA-256. It is verified at create, and again when it runs.</summary>
public sealed class PinTests : IDisposable
{
    private const string Script = "#!/bin/sh\ncat >/dev/null\necho \"$1\" >\"$2\"\n";

    private readonly WrapperBench _bench = new();
    private readonly string _hook;

    public PinTests()
    {
        _hook = Path.Combine(_bench.Root, "hook");
        _ = Executable.Write(_hook, Script);
        _bench.WriteRule("a.json", Rule());
    }

    private string Digest => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_hook)));

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_pinned_hook_is_supervised_though_the_settings_say_otherwise()
    {
        _bench.Create().AssertSilentSuccess();

        Assert.Contains($"\"--sha256={Digest}\"", _bench.ConfigText, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_refuses_the_create()
    {
        _ = Executable.Write(_hook, Script + "\n");

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, _hook, $"has SHA-256 {Digest}", "fix the rule");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_supervisor_runs_the_file_it_has_verified(bool script)
    {
        if (!script)
        {
            _ = Executable.Copy("/bin/cp", _hook);
        }

        string output = Path.Combine(_bench.Root, "output");
        CommandResult result = Supervise(Digest, script ? "said" : _bench.SettingsFile, output);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(script ? "said\n" : File.ReadAllText(_bench.SettingsFile), File.ReadAllText(output));
    }

    [Fact]
    public void The_supervisor_runs_no_other_file()
    {
        string output = Path.Combine(_bench.Root, "output");
        string digest = Digest;
        _ = Executable.Write(_hook, Script + "\n");

        CommandResult result = Supervise(digest, "said", output);

        Assert.Equal(126, result.ExitCode);
        Assert.Contains($"does not have the SHA-256 {digest}", result.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    private CommandResult Supervise(string digest, string first, string second) => new Command(
        "/bin/bash",
        "-c",
        "exec -a ocihooks-supervisor \"$@\" <<<'{}'",
        "bash",
        Repository.Wrapper,
        "--on-failure=abort",
        "--stage=createRuntime",
        "--sha256=" + digest,
        "--",
        _hook,
        "hook",
        first,
        second).Run();

    private string Rule() => $$"""
        {"version":"ocihooks/1","when":{"always":true},"hook":{"path":"{{_hook}}","sha256":"{{Digest}}"},"stages":["createRuntime"]}
        """;
}
