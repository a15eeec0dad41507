using System.Text;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests what <c>hookctl install docker</c> and <c>uninstall</c> refuse and leave unchanged.</summary>
public sealed class InstallDockerRefusalTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string DaemonJson => _bench.Inside("daemon.json");

    [Theory]
    [InlineData("{\"runtimes\":{\"hooked\":{\"path\":\"/usr/bin/other\"}}}", "runtimes.hooked is another runtime, /usr/bin/other")]
    [InlineData("{\"runtimes\":{\"hooked\":{\"runtimeType\":\"io.containerd.x.v1\"}}}", "runtimes.hooked is another runtime")]
    [InlineData("{\"runtimes\":{},\"runtimes\":{}}", "runtimes is given twice")]
    [InlineData("{\"Runtimes\":{}}", "Runtimes must be written runtimes")]
    [InlineData("{\"runtimes\":[]}", "runtimes is not an object")]
    [InlineData("{\"runtimes\":\"x\"}", "runtimes is not an object")]
    [InlineData("{\"runtimes\":{\"hooked\":{\"path\":\"/a\"},\"hooked\":{\"path\":\"/b\"}}}", "runtimes.hooked is given twice")]
    [InlineData("{\"default-runtime\":1}", "default-runtime is not a string")]
    [InlineData("[]", "is not an object")]
    [InlineData("{", "is not valid JSON at line 1")]
    [InlineData("{\n  \"debug\": true,\n}", "is not valid JSON at line 3")]
    [InlineData("\uFEFF{}", "byte order mark")]
    [InlineData("{} x", "is not valid JSON")]
    public void What_cannot_be_meant_is_refused_untouched(string text, string problem)
    {
        File.WriteAllText(DaemonJson, text);

        CommandResult result = Install("--default");

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith($"hookctl: {DaemonJson}: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(DaemonJson)));
        Assert.False(File.Exists(DaemonJson + ".before-hooked"));
    }

    /// <summary>dockerd accepts such text, and replaces the character.</summary>
    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u00e4")]
    public void Text_that_is_no_unicode_is_left_as_it_is(string character)
    {
        byte[] text = Encoding.Latin1.GetBytes($"{{\"data-root\":\"{_bench.Root}/{character}\",\"labels\":[\"a={character}\"]}}");
        File.WriteAllBytes(DaemonJson, text);

        CommandResult install = Install();
        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        CommandResult uninstall = Uninstall();

        Assert.Equal((0, ""), (uninstall.ExitCode, uninstall.ErrorText));
        Assert.Equal(text, File.ReadAllBytes(DaemonJson));
    }

    [Theory]
    [InlineData("data-root")]
    [InlineData("pidfile")]
    public void What_cannot_be_a_path_is_refused_with_its_file_and_field(string key)
    {
        string text = $"{{\"{key}\":\"/x\\u0000\"}}";
        File.WriteAllText(DaemonJson, text);

        foreach (CommandResult result in (CommandResult[])[Install(), Uninstall()])
        {
            Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
            Assert.StartsWith($"hookctl: {DaemonJson}: {key}: has the character U+0000", result.ErrorText, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(DaemonJson));
        }
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("size=8k", "no space left on device")]
    [InlineData("size=1m,ro", "read-only file system")]
    public void Where_nothing_can_be_written_the_file_is_as_it_was(string options, string problem)
    {
        string directory = Directory.CreateDirectory(_bench.Inside("etc")).FullName;
        string file = Path.Combine(directory, "daemon.json");
        string text = $"{{\"labels\":[\"{new string('x', 5000)}\"]}}";
        using var disk = Mount.Memory(directory, options.Replace(",ro", "", StringComparison.Ordinal));
        File.WriteAllText(file, text);
        if (options.EndsWith(",ro", StringComparison.Ordinal))
        {
            _ = new Command("mount", "-o", "remount,ro", directory).Run().EnsureSuccess();
        }

        CommandResult result = Run("install", "docker", "--config-file", file);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(problem, result.ErrorText, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(text, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(directory));
    }

    /// <summary>There is room for a backup, but not for the file. The attempt leaves nothing behind, here or in the settings.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public void A_failed_install_leaves_no_backup_and_no_setting()
    {
        string directory = Directory.CreateDirectory(_bench.Inside("etc")).FullName;
        string file = Path.Combine(directory, "daemon.json");
        string text = $"{{\"labels\":[\"{new string('x', 8100)}\"]}}";
        using var disk = Mount.Memory(directory, "size=16k");
        File.WriteAllText(file, text);
        string settings = File.ReadAllText(_bench.SettingsFile);

        CommandResult result = Run("install", "docker", "--config-file", file, "--low-level", "/bin/true");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("no space left on device", result.ErrorText, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((text, settings), (File.ReadAllText(file), File.ReadAllText(_bench.SettingsFile)));
        Assert.Equal([file], Directory.GetFiles(directory));
    }

    [Theory]
    [InlineData("\"path\":\"/usr/bin/nvidia-container-runtime\"", "/usr/bin/nvidia-container-runtime")]
    [InlineData("\"runtimeType\":\"io.containerd.kata.v2\"", "a runtime of another kind")]
    public void An_uninstall_leaves_what_is_not_the_wrapper(string runtime, string told)
    {
        string text = $"{{\"runtimes\":{{\"nvidia\":{{{runtime}}}}},\"default-runtime\":\"nvidia\"}}";
        File.WriteAllText(DaemonJson, text);

        CommandResult result = Uninstall("--name", "nvidia", "--force");

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith(
            $"hookctl: {DaemonJson}: runtimes.nvidia is {told}, not runc-wrap; it is left as it is: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(DaemonJson));
        Assert.Equal(["daemon.json"], Directory.GetFiles(_bench.Root, "daemon*").Select(Path.GetFileName));
    }

    /// <summary>Somebody removed hookctl's runtime by hand, and gave its name to another one.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData(null)]
    public void An_uninstall_leaves_what_has_the_name_of_an_earlier_runtime(string? backup)
    {
        const string Text = "{\n  \"runtimes\": {\n    \"kata\": {\n      \"path\": \"/opt/kata/bin/kata-runtime\"\n    }\n  }\n}\n";
        string text = backup is null ? Text : Text.Replace("\n  }\n}", "\n  },\n  \"default-runtime\": \"kata\"\n}", StringComparison.Ordinal);
        File.WriteAllText(DaemonJson, text);
        if (backup is not null)
        {
            File.WriteAllText(DaemonJson + ".before-kata", backup);
        }

        CommandResult result = Uninstall("--name", "kata");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("runtimes.kata is /opt/kata/bin/kata-runtime, not runc-wrap", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(DaemonJson));
    }

    [Theory]
    [InlineData("nvidia", "/usr/bin/env", null, "nvidia (/usr/bin/env)", "make the wrapper call it with --low-level /usr/bin/env, or leave --default out")]
    [InlineData("nvidia", "/usr/bin/env", "/bin/true", "nvidia (/usr/bin/env)", "make the wrapper call it with --low-level /usr/bin/env, or leave --default out")]
    [InlineData("kata", null, null, "kata", "leave --default out, and give containers the runtime by its name")]
    [InlineData("special", "/opt/crun", null, "special (/opt/crun)", "say which one is meant with --low-level /opt/crun, or --low-level ")]
    public void A_default_that_the_wrapper_does_not_call_is_not_replaced(string name, string? path, string? chosen, string told, string advice)
    {
        string runtime = path is null ? "\"runtimeType\":\"io.containerd.kata.v2\"" : $"\"path\":\"{path}\"";
        string text = $"{{\"default-runtime\":\"{name}\",\"runtimes\":{{\"{name}\":{{{runtime}}}}}}}";
        File.WriteAllText(DaemonJson, text);
        if (chosen is not null)
        {
            _bench.Set("runtime", chosen);
        }

        CommandResult result = Install("--default");

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith($"hookctl: {DaemonJson}: the default runtime is {told}, and runc-wrap calls ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(advice, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(DaemonJson));
        Assert.Equal(0, Install().ExitCode);
    }

    [Theory]
    [InlineData("--wrapper", "/etc/passwd", "is no executable file")]
    [InlineData("--wrapper", "/no/such", "is no executable file")]
    [InlineData("--name", "runc", "cannot be the runtime's name")]
    [InlineData("--name", "a b", "cannot be the runtime's name")]
    [InlineData("--low-level", "/no/such", "is no executable file")]
    public void What_no_engine_takes_is_refused(string option, string value, string problem)
    {
        CommandResult result = Install(option, value);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(DaemonJson));
    }

    [Theory]
    [InlineData("mkdir \"$1\"", "is a directory, not a file")]
    [InlineData("mkfifo \"$1\"", "is not a regular file")]
    [InlineData("head -c 20000000 /dev/zero >\"$1\"", "is larger than")]
    [InlineData("ln -s nowhere \"$1\"", "leads nowhere")]
    public void What_is_no_file_to_edit_is_refused(string make, string problem)
    {
        _ = new Command("sh", "-c", make, "sh", DaemonJson).Run().EnsureSuccess();

        CommandResult result = Install();

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(3, Uninstall().ExitCode);
        Assert.Equal(["daemon.json"], Directory.GetFileSystemEntries(_bench.Root, "daemon*").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("data", "hooked", "c1")]
    [InlineData("data/1000.1000", "hooked", "c1")]
    [InlineData("data", "runc", null)]
    public void What_docker_keeps_of_containers_tells_whether_they_use_it(string root, string runtime, string? user)
    {
        string container = Directory.CreateDirectory(_bench.Inside(root + "/containers/abc")).FullName;
        File.WriteAllText(container + "/hostconfig.json", $"{{\"Runtime\":\"{runtime}\"}}");
        File.WriteAllText(container + "/config.v2.json", "{\"Name\":\"/c1\"}");
        File.WriteAllText(DaemonJson, $"{{\"data-root\":\"{_bench.Inside("data")}\"}}");
        Assert.Equal(0, Install().ExitCode);

        CommandResult result = Uninstall();

        Assert.Equal(user is null ? 0 : 1, result.ExitCode);
        Assert.Equal(user is not null, result.OutputText.Contains("use the runtime hooked: c1;", StringComparison.Ordinal));
        CommandResult forced = Uninstall("--force");
        Assert.Equal(0, forced.ExitCode);
        Assert.Equal(
            user is not null,
            forced.OutputText.Contains("these containers cannot be started again, remove them and make them anew: c1\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fake_dockerd_that_refuses_the_file_leaves_it_as_it_was()
    {
        _ = Executable.Write(_bench.Inside("dockerd"), """
            #!/bin/sh
            [ "$1" = --validate ] || exit 9
            grep -q runc-wrap "$3" || exit 8
            echo bad: no >&2
            exit 1

            """);
        File.WriteAllText(DaemonJson, "{}");

        CommandResult result = new Command(
            "env", $"PATH={_bench.Root}:/usr/bin:/bin", Repository.HookCtl, "install", "docker", "--config-file", DaemonJson).Run();

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("dockerd does not take it with the runtime added: bad: no;", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal("{}", File.ReadAllText(DaemonJson));
    }

    /// <summary>The validation helps, but is not required.</summary>
    [Fact]
    public void Where_dockerd_cannot_be_given_the_file_that_is_told_and_it_is_installed()
    {
        _ = Executable.Write(_bench.Inside("dockerd"), "#!/bin/sh\n");

        CommandResult result = new Command(
            "env", "TMPDIR=/no/such", $"PATH={_bench.Root}:/usr/bin:/bin", Repository.HookCtl, "install", "docker", "--config-file",
            DaemonJson).Run();

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains(
            "dockerd was not asked whether it takes the file, as no file for it can be written to /no/such/: ", result.OutputText,
            StringComparison.Ordinal);
        Assert.Contains($"dockerd --validate --config-file {DaemonJson}\n", result.OutputText, StringComparison.Ordinal);
        Assert.Contains(Repository.Wrapper, File.ReadAllText(DaemonJson), StringComparison.Ordinal);
    }

    /// <summary>The directory may have the backup that should be restored.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public void A_directory_that_cannot_be_listed_is_told_and_the_file_stays()
    {
        const string AsNobody = """
            chmod 711 "$1"
            chmod 311 "${3%/*}"
            chown -R 65534 "${3%/*}"
            exec setpriv --reuid=65534 --regid=65534 --clear-groups "$2" uninstall docker --config-file "$3"
            """;
        string hookctl = Executable.Copy(Repository.HookCtl, _bench.Inside("hookctl"));
        string file = Path.Combine(Directory.CreateDirectory(_bench.Inside("etc")).FullName, "daemon.json");
        string text = "{\"runtimes\":{\"hooked\":{\"path\":\"/usr/bin/runc-wrap\"}}}";
        File.WriteAllText(file, text);

        CommandResult result = new Command("sh", "-c", AsNobody, "sh", _bench.Root, hookctl, file).Run();

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.StartsWith($"hookctl: {_bench.Inside("etc")}: cannot be read: ", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    private CommandResult Install(params string[] options) => Run(["install", "docker", "--config-file", DaemonJson, .. options]);

    private CommandResult Uninstall(params string[] options) => Run(["uninstall", "docker", "--config-file", DaemonJson, .. options]);

    private CommandResult Run(params string[] arguments) => _bench.Run(arguments.Select(word => (ByteString)word));
}
