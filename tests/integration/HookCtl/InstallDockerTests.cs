using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl install docker</c> and <c>uninstall</c> on files that others wrote, with no daemon to reload.</summary>
public sealed class InstallDockerTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string DaemonJson => _bench.Inside("daemon.json");

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("{}")]
    [InlineData("{}\n")]
    [InlineData("{ }")]
    [InlineData("{\n}\n")]
    [InlineData("{\"runtimes\":null}")]
    [InlineData("{\"runtimes\": {}, \"debug\": true}")]
    [InlineData("{\n\t\"runtimes\": {\n\t},\n\t\"debug\": true\n}")]
    [InlineData("{\"debug\":true,\"max-concurrent-downloads\":12345678901234567890}")]
    [InlineData("{\r\n    \"log-driver\": \"journald\",\r\n    \"features\": {\r\n        \"buildkit\": true\r\n    }\r\n}\r\n")]
    [InlineData("{\n\t\"mtu\": 1e3,\n\t\"runtimes\": {\n\t\t\"other\": {\n\t\t\t\"path\": \"/x\"\n\t\t}\n\t}\n}")]
    [InlineData("{\n  // first\n  \"debug\": true, /* second */\n  \"mtu\": 1500 // third\n  // last\n}\n")]
    [InlineData("{ // nothing\n}\n")]
    [InlineData("{\"debug\":true // one line\n}")]
    [InlineData("{\"default-runtime\":\"crun\",\"runtimes\":{\"crun\":{\"path\":\"/usr/bin/crun\"}}}")]
    [InlineData("{\n  \"default-runtime\": null,\n  \"labels\": [\"\\u00e4\\/\", \"ä\"]\n}\n")]
    public void An_uninstall_gives_the_first_bytes_back(string text)
    {
        foreach (string[] options in new string[][] { [], ["--default"] })
        {
            File.WriteAllText(DaemonJson, text);

            Assert.Equal(0, Install(options).ExitCode);
            string installed = File.ReadAllText(DaemonJson);
            Assert.Contains("\"hooked\"", installed, StringComparison.Ordinal);
            Assert.Equal(options.Length > 0, Runtime(installed, "default-runtime") == "hooked");
            Assert.Contains("already registered", Install(options).OutputText, StringComparison.Ordinal);
            Assert.Equal(installed, File.ReadAllText(DaemonJson));

            Assert.Equal(0, Uninstall().ExitCode);
            Assert.Equal(text, File.ReadAllText(DaemonJson));
            Assert.Equal(["daemon.json"], Directory.GetFiles(_bench.Root, "daemon*").Select(Path.GetFileName));
        }
    }

    [Theory]
    [InlineData("plain", "{\n    \"debug\": true\n}\n")]
    [InlineData("tabs", "{\n\t\"runtimes\": {\n\t\t\"x\": {\n\t\t\t\"path\": \"/x\"\n\t\t}\n\t}\n}")]
    [InlineData("one-line", "{\"debug\":true}")]
    [InlineData("comments", "{\n  \"debug\": true // no comma\n  // last\n}\n")]
    public void The_diff_is_in_the_files_own_layout(string golden, string text)
    {
        File.WriteAllText(DaemonJson, text);

        CommandResult result = Install("--dry-run", "--default");

        Assert.Equal((0, "", text), (result.ExitCode, result.ErrorText, File.ReadAllText(DaemonJson)));
        _bench.AssertGolden($"install-docker-{golden}.diff", result.OutputText.Replace(Repository.Wrapper, "/usr/bin/runc-wrap", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_install_created_is_removed()
    {
        string file = _bench.Inside("etc/docker/daemon.json");

        Assert.Equal(0, Run("install", "docker", "--config-file", file).ExitCode);
        Assert.True(File.Exists(file));
        Assert.Equal(0, Run("uninstall", "docker", "--config-file", file).ExitCode);

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!));
        Assert.Contains("nothing was changed", Run("uninstall", "docker", "--config-file", file).OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"debug\":true}", "{\"debug\":true,\"runtimes\":{},\"mtu\":1}")]
    [InlineData("{\n  \"debug\": true // x\n}\n", "{\n  \"debug\": true, // x\n  \"runtimes\": {},\"mtu\":1\n}\n")]
    public void What_was_changed_since_the_install_stays(string before, string after)
    {
        File.WriteAllText(DaemonJson, before);
        Assert.Equal(0, Install().ExitCode);
        string text = File.ReadAllText(DaemonJson);
        int end = text.LastIndexOf('}');
        end = text.LastIndexOf('}', end - 1) + 1;
        File.WriteAllText(DaemonJson, text.Insert(end, ",\"mtu\":1"));

        CommandResult result = Uninstall();

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal(after, File.ReadAllText(DaemonJson));
        Assert.Equal(before, File.ReadAllText(DaemonJson + ".ocihooks-backup"));
    }

    [Theory]
    [InlineData("{\"runtimes\":{\"hooked\":{\"path\":\"/usr/bin/other\"}}}", "runtimes.hooked is another runtime, /usr/bin/other")]
    [InlineData("{\"runtimes\":{\"hooked\":{\"runtimeType\":\"io.containerd.x.v1\"}}}", "runtimes.hooked is another runtime")]
    [InlineData("{\"runtimes\":{},\"runtimes\":{}}", "runtimes is given twice")]
    [InlineData("{\"Runtimes\":{}}", "Runtimes must be written runtimes")]
    [InlineData("{\"runtimes\":[]}", "runtimes is not an object")]
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
        Assert.False(File.Exists(DaemonJson + ".ocihooks-backup"));
    }

    [Fact]
    public void A_symbolic_link_stays_one_and_the_mode_is_kept()
    {
        string real = _bench.Inside("real.json");
        File.WriteAllText(real, "{}");
        _ = new Command("chmod", "600", real).Run().EnsureSuccess();
        _ = File.CreateSymbolicLink(DaemonJson, real);

        Assert.Equal(0, Install().ExitCode);

        Assert.Equal(real, new FileInfo(DaemonJson).LinkTarget);
        Assert.Contains("hooked", File.ReadAllText(real), StringComparison.Ordinal);
        Assert.Equal("600\n600\n", new Command("stat", "--format", "%a", real, DaemonJson + ".ocihooks-backup").Run().EnsureSuccess().OutputText);
        Assert.Equal(0, Uninstall().ExitCode);
        Assert.Equal("{}", File.ReadAllText(real));
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

    [Fact]
    public void The_low_level_runtime_is_written_to_the_settings_where_none_is_set()
    {
        Assert.Equal(0, Install("--low-level", "/bin/true").ExitCode);
        Assert.Contains("\"runtime\":\"/bin/true\"}", File.ReadAllText(_bench.SettingsFile), StringComparison.Ordinal);

        CommandResult other = Install("--low-level", "/bin/false");

        Assert.Equal(3, other.ExitCode);
        Assert.Contains("runtime is set to /bin/true", other.ErrorText, StringComparison.Ordinal);
        Assert.Equal(0, Install("--low-level", "/bin/true").ExitCode);
    }

    private static string? Runtime(string text, string key) => (string?)System.Text.Json.Nodes.JsonNode.Parse(
        text, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })![key];

    private CommandResult Install(params string[] options) => Run(["install", "docker", "--config-file", DaemonJson, .. options]);

    private CommandResult Uninstall() => Run("uninstall", "docker", "--config-file", DaemonJson);

    private CommandResult Run(params string[] arguments) => _bench.Run(arguments.Select(word => (ByteString)word));
}
