using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests a low-level runtime that is missing or cannot be executed. The exit code distinguishes the two, as in a shell.
/// </summary>
public sealed class RuntimeFailureTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public RuntimeFailureTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Commands => ["create", "run", "state"];

    [Theory]
    [MemberData(nameof(Commands))]
    public void One_that_is_missing_is_127_and_changes_nothing(string command)
    {
        _bench.Set("runtime", "/nowhere/runc");

        _bench.AssertRefused(Run(command), 127, WrapperBench.MinimalConfig, "/nowhere/runc", "no such file or directory");

        Assert.False(File.Exists(_bench.Record));
    }

    [Fact]
    public void A_name_that_is_nowhere_is_127()
    {
        _bench.Set("runtime", "no-such-runtime");
        _bench.AssertRefused(_bench.Create(), 127, WrapperBench.MinimalConfig, "no-such-runtime", "no such file or directory");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void One_that_is_not_executable_is_126_and_changes_nothing(string command)
    {
        string runtime = Executable.Copy(Probes.Recorder, Path.Combine(_bench.Root, "plain"));
        _ = new Command("chmod", "644", runtime).Run().EnsureSuccess();
        _bench.Set("runtime", runtime);

        _bench.AssertRefused(Run(command), 126, WrapperBench.MinimalConfig, runtime, "permission denied");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void One_that_is_a_directory_is_126(string command)
    {
        _bench.Set("runtime", _bench.Bundle);
        _bench.AssertRefused(Run(command), 126, WrapperBench.MinimalConfig, _bench.Bundle);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void One_whose_interpreter_is_missing_is_127(string command)
    {
        string runtime = _bench.WriteScript("script", "#!/nowhere/interpreter\n");
        _bench.Set("runtime", runtime);

        _bench.AssertRefused(Run(command), 127, null, runtime, "no such file or directory", "interpreter");
    }

    [Theory]
    [InlineData("create", "not a program\n")]
    [InlineData("state", "not a program\n")]
    [InlineData("create", "")]
    [InlineData("create", "\u007fELF garbage")]
    public void One_that_is_no_program_is_126(string command, string content)
    {
        string runtime = _bench.WriteScript("text", content);
        _bench.Set("runtime", runtime);

        _bench.AssertRefused(Run(command), 126, null, runtime, "exec format error");
    }

    /// <summary>The wrapper restores signals before it executes. It must still report an error after that.</summary>
    [Theory]
    [InlineData("create")]
    [InlineData("state")]
    public void A_failure_is_told_in_the_log_when_nobody_reads_standard_error(string command)
    {
        _bench.Set("runtime", _bench.WriteScript("text", "not a program\n"));
        string script = """
            mkfifo gone
            sh -c 'exec <gone' &
            exec 2>gone
            wait
            "$@"
            echo $?
            """;

        CommandResult result = _bench.RunScript(script, "--log", Path.Combine(_bench.Root, "log"), command, "--bundle", _bench.Bundle, "c1");

        Assert.Equal("126", result.OutputText.Trim());
        Assert.Contains("exec format error", File.ReadAllText(Path.Combine(_bench.Root, "log")), StringComparison.Ordinal);
    }

    private CommandResult Run(string command) => _bench.Run(command, "--bundle", _bench.Bundle, "c1");
}
