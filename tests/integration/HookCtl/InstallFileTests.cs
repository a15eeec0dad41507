using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install</c> for engines that read files: containerd and Podman are asked what they make of them.</summary>
public sealed class InstallFileTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string Main => _bench.Inside("config.toml");

    private string DropIn => _bench.Inside("conf.d/ocihooks.toml");

    [Theory]
    [InlineData("version = 2\n")]
    [InlineData("# imports = [\"x\"]\nversion = 2\nroot = '/r'\n[grpc]\n  address = \"/a\"\n")]
    [InlineData("version = 2\nimports = [\n  \"/dev/null\", # one\n]\n")]
    [InlineData("version = 2\nimports = []")]
    [InlineData("version = 2\n[plugins]\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n    sandbox_image = \"keep:1\"\n")]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n  snapshotter = \"native\"")]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n  default_runtime_name = \"runc\"\n  snapshotter = \"native\"\n")]
    public void Containerd_reads_the_runtime_and_keeps_the_rest(string text)
    {
        foreach (string[] options in new string[][] { [], ["--default"] })
        {
            File.WriteAllText(Main, text);
            string[] before = Dump();

            CommandResult result = Run("install", "containerd", options);

            Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
            string[] after = Dump();
            Assert.Contains($"BinaryName = \"{Repository.Wrapper}\"", after);
            Assert.Equal(options.Length > 0, after.Contains("default_runtime_name = \"hooked\""));
            Assert.Equal("", string.Join('\n', before.Except(after).Where(line => !line.StartsWith("imports", StringComparison.Ordinal)
                && !line.StartsWith("default_runtime_name", StringComparison.Ordinal))));
            string installed = File.ReadAllText(Main);
            Assert.Contains("already registered", Run("install", "containerd", options).OutputText, StringComparison.Ordinal);
            Assert.Equal(installed, File.ReadAllText(Main));

            Assert.Equal(0, Run("uninstall", "containerd").ExitCode);
            Assert.Equal(text, File.ReadAllText(Main));
            Assert.False(File.Exists(DropIn));
        }
    }

    [Fact]
    public void An_import_that_covers_the_drop_in_is_enough()
    {
        string text = $"version = 2\nimports = [\"{_bench.Inside("conf.d")}/*.toml\"]\n";
        File.WriteAllText(Main, text);

        Assert.Equal(0, Run("install", "containerd").ExitCode);

        Assert.Equal(text, File.ReadAllText(Main));
        Assert.Contains($"BinaryName = \"{Repository.Wrapper}\"", Dump());
    }

    [Theory]
    [InlineData("disabled_plugins = [\"cri\"]\n", "version is none")]
    [InlineData("version = 2\n= 3\n", "is not understood at line 2")]
    [InlineData("version = 2\na = [1\n", "is not understood at line 3")]
    [InlineData("version = 2\na = \"x\n", "is not understood at line 2")]
    [InlineData("version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.hooked]\nruntime_type = \"x\"\n", "has a runtime hooked already")]
    public void A_file_of_containerd_that_cannot_be_edited_is_refused_untouched(string text, string problem)
    {
        File.WriteAllText(Main, text);

        CommandResult result = Run("install", "containerd");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Main));
    }

    [Theory]
    [InlineData("containerd", "version-3")]
    [InlineData("podman", "default")]
    [InlineData("crio", "default")]
    public void The_drop_in_is_as_the_engine_has_it(string engine, string golden)
    {
        if (engine == "containerd")
        {
            File.WriteAllText(Main, "version = 3\n");
        }

        CommandResult result = Run("install", engine, "--dry-run", "--default");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        _bench.AssertGolden($"install-{engine}-{golden}.diff", result.OutputText.Replace(Repository.Wrapper, "/usr/bin/runc-wrap", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_bench.Inside("conf.d")));
    }

    [Fact]
    public void A_file_that_is_not_hookctls_own_is_left_alone()
    {
        File.WriteAllText(Main, "[engine]\n");

        Assert.Equal(3, Run("install", "podman").ExitCode);
        Assert.Contains("nothing was changed", Run("uninstall", "podman").OutputText, StringComparison.Ordinal);
        Assert.Equal("[engine]\n", File.ReadAllText(Main));
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData(false)]
    [InlineData(true)]
    public void Podman_finds_the_runtime(bool byDefault)
    {
        using var host = new PrivateHost();
        string[] options = byDefault ? ["--default"] : [];
        CommandResult install = host.Run([Repository.HookCtl, "install", "podman", .. options.Select(word => (ByteString)word)]);
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));

        string[] choice = byDefault ? [] : ["--runtime", "hooked"];
        CommandResult info = host.Run(["podman", "--root", Path.Combine(host.Root, "s"), "--runroot", Path.Combine(host.Root, "r"), "--storage-driver", "vfs",
            "--cgroup-manager", "cgroupfs", .. choice.Select(word => (ByteString)word), "info", "--format", "{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Path}}"]);
        Assert.Equal($"hooked {Repository.Wrapper}\n", info.EnsureSuccess().OutputText);

        Assert.Equal(0, host.Run(Repository.HookCtl, "uninstall", "podman", "--force").ExitCode);
        Assert.False(File.Exists(host.Inside("/etc/containers/containers.conf.d/ocihooks.conf")));
    }

    /// <summary>The lines of the merged configuration, without those that say no more than their absence: runc's options, all empty.</summary>
    private string[] Dump() => [.. new Command("containerd", "--config", Main, "config", "dump").Run().EnsureSuccess().OutputText
        .Split('\n', StringSplitOptions.TrimEntries)
        .Where(line => !line.EndsWith("= \"\"", StringComparison.Ordinal) && !line.EndsWith("= 0", StringComparison.Ordinal)
            && !line.EndsWith("= false", StringComparison.Ordinal) && !line.EndsWith(".runc.options]", StringComparison.Ordinal))];

    private CommandResult Run(string command, string engine, params string[] options) =>
        _bench.Run([command, engine, "--config-file", Main, .. options.Select(word => (ByteString)word)]);
}
