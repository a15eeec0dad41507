using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>
/// Tests the reports of <c>hookctl install</c> and <c>uninstall</c>, for people and for programs, and the files they write.
/// </summary>
public sealed class InstallReportTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    /// <summary>Makes the reports independent of the machine's engines and runtimes.</summary>
    public InstallReportTests()
    {
        string programs = Directory.CreateDirectory(_bench.Inside("programs")).FullName;
        foreach (string program in new[] { "dockerd", "podman", "crio", "crun" })
        {
            _ = Executable.Write(Path.Combine(programs, program), "#!/bin/sh\n");
        }

        _bench.Set("runtime", Path.Combine(programs, "crun"));
    }

    public void Dispose() => _bench.Dispose();

    private string Main => _bench.Inside("config");

    [Theory]
    [InlineData("docker", "{\n  \"pidfile\": \"/no/such\"\n}\n")]
    [InlineData("containerd", "version = 2\n")]
    [InlineData("podman", null)]
    [InlineData("crio", null)]
    public void An_install_and_an_uninstall_are_told(string engine, string? text)
    {
        foreach (string format in new[] { "txt", "json" })
        {
            if (text is not null)
            {
                File.WriteAllText(Main, text);
            }

            string[] options = format == "json" ? ["--json"] : [];
            AssertReported($"install-{engine}.{format}", Run("install", engine, ["--default", .. options]));
            AssertReported($"uninstall-{engine}.{format}", Run("uninstall", engine, ["--force", .. options]));
            AssertReported($"uninstall-{engine}-none.{format}", Run("uninstall", engine, options));
        }
    }

    [Theory]
    [InlineData("containerd", "version-3")]
    [InlineData("podman", "default")]
    [InlineData("crio", "default")]
    public void A_dry_run_is_a_diff_and_writes_nothing(string engine, string golden)
    {
        if (engine == "containerd")
        {
            File.WriteAllText(Main, "version = 3\n");
        }

        AssertReported($"install-{engine}-{golden}.diff", Run("install", engine, "--dry-run", "--default"));
        Assert.False(Directory.Exists(_bench.Inside("conf.d")));
        Assert.Equal(engine == "containerd", File.Exists(Main));
    }

    [Fact]
    public void The_diff_makes_the_change_by_patch()
    {
        File.WriteAllText(Main, "{\"debug\":true}");
        CommandResult dryRun = Run("install", "docker", "--dry-run");
        File.WriteAllText(_bench.Inside("diff"), dryRun.OutputText);

        _ = new Command("patch", "--quiet", Main, _bench.Inside("diff")).Run().EnsureSuccess();

        Assert.Contains("already registered", Run("install", "docker").OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("podman")]
    [InlineData("crio")]
    public void A_file_that_is_not_hookctls_own_is_left_alone(string engine)
    {
        File.WriteAllText(Main, "[engine]\n");

        Assert.Equal(3, Run("install", engine).ExitCode);
        Assert.Contains("nothing was changed", Run("uninstall", engine).OutputText, StringComparison.Ordinal);
        Assert.Equal("[engine]\n", File.ReadAllText(Main));
    }

    [Theory]
    [InlineData("podman")]
    [InlineData("crio")]
    public void What_was_made_the_default_stays_it(string engine)
    {
        Assert.Equal(0, Run("install", engine).ExitCode);
        string text = File.ReadAllText(Main);
        Assert.Equal(0, Run("install", engine, "--default").ExitCode);
        string byDefault = File.ReadAllText(Main);

        Assert.Contains("already registered", Run("install", engine).OutputText, StringComparison.Ordinal);

        Assert.NotEqual(text, byDefault);
        Assert.Equal(byDefault, File.ReadAllText(Main));
        Assert.Equal(["config"], Directory.GetFiles(_bench.Root, "config*").Select(Path.GetFileName));
    }

    private void AssertReported(string golden, CommandResult result)
    {
        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden(golden, result.OutputText.Replace(Repository.Wrapper, "/usr/bin/runc-wrap", StringComparison.Ordinal));
    }

    private CommandResult Run(string command, string engine, params string[] options) =>
        new Command(
        "env",
        [
            $"PATH={_bench.Inside("programs")}:/usr/bin", Repository.HookCtl, command, engine, "--config-file", Main,
            "--config", _bench.SettingsFile, .. options.Select(word => (ByteString)word),
        ])
        { WorkingDirectory = _bench.Root }.Run();
}
