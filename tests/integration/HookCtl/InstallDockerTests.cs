using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install docker</c> and <c>uninstall</c> on existing files, with no daemon to reload.</summary>
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
    [InlineData("{\"default-runtime\":\"runc\",\"runtimes\":{\"crun\":{\"path\":\"/usr/bin/crun\"}}}")]
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
        _bench.AssertGolden($"install-docker-{golden}.diff", Plain(result.OutputText));
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
        string changed = text.Insert(end, ",\"mtu\":1");
        File.WriteAllText(DaemonJson, changed);

        CommandResult result = Uninstall();

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains($"as it was: {DaemonJson}.with-hooked\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal((after, changed), (File.ReadAllText(DaemonJson), File.ReadAllText(DaemonJson + ".with-hooked")));
        Assert.False(File.Exists(DaemonJson + ".before-hooked"));
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
        CommandResult modes = new Command("stat", "--format", "%a", real, DaemonJson + ".before-hooked").Run().EnsureSuccess();
        Assert.Equal("600\n600\n", modes.OutputText);
        Assert.Equal(0, Uninstall().ExitCode);
        Assert.Equal("{}", File.ReadAllText(real));
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

    [Fact]
    public void A_low_level_runtime_without_a_path_is_looked_for_in_PATH()
    {
        Assert.Equal(0, Install("--low-level", "env").ExitCode);
        Assert.Contains("\"runtime\":\"/usr/bin/env\"}", File.ReadAllText(_bench.SettingsFile), StringComparison.Ordinal);

        CommandResult unknown = Install("--low-level", "no-such-runtime");
        CommandResult wrapper = Install("--low-level", Repository.Wrapper);

        Assert.Equal(
            "hookctl: --low-level: there is no no-such-runtime in PATH; install it, or give its path\n", unknown.ErrorText);
        Assert.Contains("is the wrapper itself", wrapper.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_that_takes_the_place_of_the_one_it_calls_has_its_settings()
    {
        const string Text = """
            {
              "default-runtime": "special",
              "runtimes": {
                "special": {
                  "path": "/usr/bin/env", // where it is
                  "runtimeArgs": ["--debug"]
                }
              }
            }
            """;
        const string Shim = """
            {"default-runtime":"s","runtimes":{"s":{"runtimeType":"io.containerd.runc.v2","options":{"BinaryName":"env","NoPivotRoot":true}}}}
            """;
        _bench.Set("runtime", "/usr/bin/env");
        foreach ((string text, string expected) in new[]
        {
            (Text, "\"hooked\": {\n      \"path\": \"WRAPPER\", // where it is\n      \"runtimeArgs\": [\"--debug\"]\n    }"),
            (Shim, "\"hooked\":{\"runtimeType\":\"io.containerd.runc.v2\",\"options\":{\"BinaryName\":\"WRAPPER\",\"NoPivotRoot\":true}}"),
        })
        {
            foreach (string[] options in new string[][] { [], ["--default"] })
            {
                File.WriteAllText(DaemonJson, text);

                Assert.Equal(0, Install(options).ExitCode);
                Assert.Contains(
                    expected.Replace("WRAPPER", Repository.Wrapper, StringComparison.Ordinal), File.ReadAllText(DaemonJson), StringComparison.Ordinal);
                Assert.Contains("already registered", Install(options).OutputText, StringComparison.Ordinal);
                Assert.Equal(0, Uninstall().ExitCode);

                Assert.Equal(text, File.ReadAllText(DaemonJson));
                Assert.Equal(["daemon.json"], Directory.GetFiles(_bench.Root, "daemon*").Select(Path.GetFileName));
            }
        }
    }

    [Fact]
    public void A_runtime_that_is_there_gets_the_settings_too_unless_it_has_others()
    {
        const string Settings = """
            "runtimeArgs":["--debug","half a pair \ud800"]
            """;
        const string Special = $"\"special\":{{\"path\":\"/usr/bin/env\",{Settings}}}";
        string text = $"{{\"default-runtime\":\"special\",\"runtimes\":{{\"hooked\":{{\"path\":\"{Repository.Wrapper}\"}},{Special}}}}}";
        _bench.Set("runtime", "/usr/bin/env");
        foreach (string[] options in new string[][] { [], ["--default"] })
        {
            File.WriteAllText(DaemonJson, text);

            CommandResult result = Install(options);

            Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
            Assert.Contains("it has the settings of special, which runc-wrap calls\n", result.OutputText, StringComparison.Ordinal);
            Assert.Contains(
                $"\"hooked\":{{\"path\":\"{Repository.Wrapper}\",{Settings}}}", File.ReadAllText(DaemonJson), StringComparison.Ordinal);
            Assert.Contains("already registered", Install(options).OutputText, StringComparison.Ordinal);
        }

        string other = text.Replace($"{Repository.Wrapper}\"", $"{Repository.Wrapper}\",\"runtimeArgs\":[]", StringComparison.Ordinal);
        File.WriteAllText(DaemonJson, other);

        CommandResult refused = Install("--default");

        Assert.Equal((3, ""), (refused.ExitCode, refused.OutputText));
        Assert.StartsWith(
            $"hookctl: {DaemonJson}: runtimes.hooked has other settings than special, ", refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal(other, File.ReadAllText(DaemonJson));
        Assert.Contains("already registered", Install().OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_that_was_added_by_hand_is_taken_out_and_the_file_kept_as_it_was()
    {
        string text = $"{{\"runtimes\":{{\"mine\":{{\"path\":\"{Repository.Wrapper}\"}},\"x\":{{\"path\":\"/x\"}}}},\"default-runtime\":\"mine\"}}";
        File.WriteAllText(DaemonJson, text);

        CommandResult result = Uninstall("--name", "mine");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("containers that name no runtime get runc from now on\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal("{\"runtimes\":{\"x\":{\"path\":\"/x\"}}}", File.ReadAllText(DaemonJson));
        Assert.Equal(text, File.ReadAllText(DaemonJson + ".with-mine"));
    }

    [Fact]
    public void A_default_that_is_made_later_is_taken_back_with_the_rest()
    {
        const string Text = "{\"default-runtime\":\"runc\"}";
        File.WriteAllText(DaemonJson, Text);
        Assert.Equal(0, Install().ExitCode);
        Assert.Equal(0, Install("--default").ExitCode);
        Assert.Equal("hooked", Runtime(File.ReadAllText(DaemonJson), "default-runtime"));

        Assert.Equal(0, Uninstall().ExitCode);

        Assert.Equal(Text, File.ReadAllText(DaemonJson));
    }

    /// <summary>The default was set after the runtime was registered, by an install or by hand.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_default_that_is_replaced_later_is_put_back(bool byInstall)
    {
        const string Special = "\"special\":{\"path\":\"/usr/bin/env\"}";
        _bench.Set("runtime", "/usr/bin/env");
        File.WriteAllText(DaemonJson, byInstall
            ? $"{{\"runtimes\":{{{Special}}}}}"
            : $"{{\"runtimes\":{{{Special},\"hooked\":{{\"path\":\"{Repository.Wrapper}\"}}}}}}");
        Assert.Equal(0, Install().ExitCode);
        string text = File.ReadAllText(DaemonJson)[..^1] + ",\"default-runtime\":\"special\"}";
        File.WriteAllText(DaemonJson, text);

        CommandResult install = Install("--default");

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Contains($"as it was: {DaemonJson}.before-hooked\n", install.OutputText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(DaemonJson + ".before-hooked"));
        Assert.Contains("get special from now on", Uninstall().OutputText, StringComparison.Ordinal);
        Assert.Equal($"{{\"runtimes\":{{{Special}}},\"default-runtime\":\"special\"}}", File.ReadAllText(DaemonJson));
        Assert.False(File.Exists(DaemonJson + ".before-hooked"));
    }

    [Fact]
    public void A_default_that_is_gone_is_not_put_back()
    {
        Assert.Equal(0, Install("--name", "a", "--default").ExitCode);
        Assert.Equal(0, Install("--name", "b", "--default").ExitCode);
        File.WriteAllText(DaemonJson, File.ReadAllText(DaemonJson).Replace("{\n", "{ \n", StringComparison.Ordinal));
        Assert.Equal(0, Uninstall("--name", "a").ExitCode);

        CommandResult result = Uninstall("--name", "b");

        Assert.Contains("containers that name no runtime get runc from now on\n", result.OutputText, StringComparison.Ordinal);
        Assert.Null(Runtime(File.ReadAllText(DaemonJson), "default-runtime"));
    }

    [Theory]
    [InlineData("{\n  \"debug\": true\n}\n")]
    [InlineData("{\"runtimes\":{\"x\":{\"path\":\"/x\"}},\"default-runtime\":\"runc\"}")]
    [InlineData(null)]
    public void Runtimes_are_uninstalled_in_any_order(string? text)
    {
        foreach (string order in new[] { "abc", "acb", "bac", "bca", "cab", "cba" })
        {
            File.Delete(DaemonJson);
            if (text is not null)
            {
                File.WriteAllText(DaemonJson, text);
            }

            Assert.Equal(0, Install("--name", "a").ExitCode);
            Assert.Equal(0, Install("--name", "b", "--default").ExitCode);
            Assert.Equal(0, Install("--name", "c").ExitCode);
            foreach (char name in order)
            {
                Assert.Equal(0, Uninstall("--name", $"{name}").ExitCode);
                Assert.DoesNotContain(
                    $"\"{name}\"", File.Exists(DaemonJson) ? File.ReadAllText(DaemonJson) : "", StringComparison.Ordinal);
            }

            Assert.Equal(text, File.Exists(DaemonJson) ? File.ReadAllText(DaemonJson) : null);
            Assert.Equal(text is null ? [] : ["daemon.json"], Directory.GetFiles(_bench.Root, "daemon*").Select(Path.GetFileName));
        }
    }

    [Theory]
    [InlineData("runtimes\":{}}")]
    [InlineData("runtimes\":{},\"default-runtime\":\"runc\"}")]
    public void An_uninstall_that_was_killed_on_its_way_is_finished_by_the_next(string left)
    {
        File.WriteAllText(DaemonJson + ".before-hooked", "{\"debug\":true}");
        File.WriteAllText(DaemonJson, "{\"debug\":true,\"" + left);

        Assert.Equal(0, Uninstall().ExitCode);

        Assert.Equal("{\"debug\":true}", File.ReadAllText(DaemonJson));
        Assert.False(File.Exists(DaemonJson + ".before-hooked"));
    }

    private static string Plain(string text) => text.Replace(Repository.Wrapper, "/usr/bin/runc-wrap", StringComparison.Ordinal);

    private static string? Runtime(string text, string key) => (string?)System.Text.Json.Nodes.JsonNode.Parse(
        text, documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })![key];

    private CommandResult Install(params string[] options) => Run(["install", "docker", "--config-file", DaemonJson, .. options]);

    private CommandResult Uninstall(params string[] options) => Run(["uninstall", "docker", "--config-file", DaemonJson, .. options]);

    private CommandResult Run(params string[] arguments) => _bench.Run(arguments.Select(word => (ByteString)word));
}
