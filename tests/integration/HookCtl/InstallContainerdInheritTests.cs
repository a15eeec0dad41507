using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>
/// Tests that <c>hookctl install containerd</c> adds a runtime with all settings of the one it replaces, and changes nothing else.
/// containerd itself reads the files before and after.
/// </summary>
public sealed class InstallContainerdInheritTests : IDisposable
{
    private const string Version2 = "plugins.\"io.containerd.grpc.v1.cri\".containerd";
    private const string Version3 = "plugins.\"io.containerd.cri.v1.runtime\".containerd";

    /// <summary>Settings that kubeadm and administrators use, and unknown ones.</summary>
    private const string OfRunc = """
        [PLUGIN]
          default_runtime_name = "runc"
        [PLUGIN.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"
          base_runtime_spec = "/etc/containerd/cri-base.json"
          pod_annotations = ["io.example.*", "team"]
          container_annotations = ['é.*']
          privileged_without_host_devices = true
          cni_conf_dir = "/etc/cni/other.d"
          cni_max_conf_num = 2
          [PLUGIN.runtimes.runc.options]
            SystemdCgroup = true
            NoNewKeyring = true
            IoUid = 7
            Root = "/run/other"
            OfAnotherVersion = "x"

        """;

    private const string Inline = """
        [PLUGIN]
        runtimes.runc = { runtime_type = "io.containerd.runc.v2", options = { SystemdCgroup = true, Root = "/r" } }

        """;

    private const string OfNvidia = """
        [PLUGIN]
          default_runtime_name = "nvidia"
          [PLUGIN.runtimes]
          [PLUGIN.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
          [PLUGIN.runtimes.nvidia]
            runtime_type = "io.containerd.runc.v2"
            privileged_without_host_devices = true
            [PLUGIN.runtimes.nvidia.options]
              BinaryName = "NVIDIA"
              SystemdCgroup = true

        """;

    private readonly HookCtlBench _bench;
    private readonly string _nvidia;

    public InstallContainerdInheritTests()
    {
        string root = Directory.CreateTempSubdirectory("ocihooks-engine-").FullName;
        _bench = new HookCtlBench { Programs = root };
        _nvidia = _bench.Inside("nvidia-container-runtime");
        _ = File.CreateSymbolicLink(_nvidia, "/bin/true");
    }

    public void Dispose()
    {
        Directory.Delete(_bench.Programs!, recursive: true);
        _bench.Dispose();
    }

    private string Main => _bench.Inside("config.toml");

    private string DropIn => _bench.Inside("conf.d/ocihooks.toml");

    public static TheoryData<string, string, string> Settings()
    {
        var data = new TheoryData<string, string, string>();
        foreach (string suite in new[] { EngineSuite.Own, "trixie", "forky" })
        {
            foreach (string plugin in suite == "forky" ? new[] { Version2, Version3 } : [Version2])
            {
                foreach (string settings in new[] { "", OfRunc, Inline, OfNvidia })
                {
                    data.Add(suite, plugin, settings);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_runtime_is_the_default_one_but_for_its_program(string suite, string plugin, string settings)
    {
        string containerd = Use(suite);
        foreach (bool isImported in settings.Length == 0 ? new[] { false } : [false, true])
        {
            foreach (bool byDefault in new[] { false, true })
            {
                string file = Write(plugin, settings, isImported);
                string text = File.ReadAllText(file);
                Dictionary<string, string> before = ContainerdDump.Read(Main, containerd);
                string other = settings == OfNvidia ? "nvidia" : "runc";

                AssertSuccess(Install(byDefault ? ["--default"] : []));

                AssertIsAsBefore(before, ContainerdDump.Read(Main, containerd), other, byDefault);
                Assert.Equal(settings == OfNvidia ? _nvidia : null, Setting());
                string installed = File.ReadAllText(file);
                Assert.Contains("already registered", Install([]).OutputText, StringComparison.Ordinal);
                Assert.Equal(installed, File.ReadAllText(file));

                Assert.Equal(0, Run("uninstall").ExitCode);
                Assert.Equal(text, File.ReadAllText(file));
                Assert.False(File.Exists(DropIn));
            }
        }
    }

    /// <summary>Version 0.1 wrote none of runc's settings, and runc's settings may change.</summary>
    [Fact]
    public void Another_install_brings_the_settings_up_to_date()
    {
        string containerd = Use(EngineSuite.Own);
        string old = Write(Version2, OfRunc, isImported: false);
        File.AppendAllText(old, $"""

            # Begin of what hookctl install containerd --name hooked added; hookctl uninstall takes it out.
            [{Version2}.runtimes."hooked"]
              runtime_type = "io.containerd.runc.v2"

              [{Version2}.runtimes."hooked".options]
                BinaryName = "{Repository.Wrapper}"
            # End of what hookctl install containerd --name hooked added.

            """);
        Dictionary<string, string> before = ContainerdDump.Read(Main, containerd);

        AssertSuccess(Install([]));

        AssertIsAsBefore(before, ContainerdDump.Read(Main, containerd), "runc", byDefault: false);
    }

    [Fact]
    public void Settings_that_runc_has_since_are_brought_into_the_drop_in()
    {
        string containerd = Use("forky");
        string plain = Write(Version3, "", isImported: false);
        AssertSuccess(Install(["--default"]));
        File.AppendAllText(plain, OfRunc.Replace("PLUGIN", Version3, StringComparison.Ordinal).Replace("  default_runtime_name = \"runc\"\n", ""));
        Dictionary<string, string> before = ContainerdDump.Read(Main, containerd);

        AssertSuccess(Install([]));

        AssertIsAsBefore(before, ContainerdDump.Read(Main, containerd), "runc", byDefault: true);
    }

    [Fact]
    public void A_drop_in_that_hides_settings_is_told()
    {
        _ = Use(EngineSuite.Own);
        string plain = Write(Version2, "", isImported: false);
        AssertSuccess(Install([]));
        File.AppendAllText(plain, OfRunc.Replace("PLUGIN", Version2, StringComparison.Ordinal));

        CommandResult result = Install([]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{DropIn}: hides the settings of the CRI plugin in {Main}", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(0, Run("uninstall").ExitCode);
        AssertSuccess(Install([]));
    }

    [Fact]
    public void Annotations_of_pods_are_let_through_and_stay_so()
    {
        string containerd = Use(EngineSuite.Own);
        _ = Write(Version2, OfRunc, isImported: false);

        AssertSuccess(Install(["--pod-annotations", "com.example.*", "--pod-annotations", "team"]));

        const string All = "[\"io.example.*\", \"team\", \"com.example.*\"]";
        Assert.Equal(All, ContainerdDump.Read(Main, containerd).Runtime("hooked")["pod_annotations"]);
        Assert.Contains("already registered", Install([]).OutputText, StringComparison.Ordinal);
        Assert.Equal(All, ContainerdDump.Read(Main, containerd).Runtime("hooked")["pod_annotations"]);
    }

    [Fact]
    public void What_another_program_does_is_not_dropped()
    {
        _ = Use(EngineSuite.Own);
        string file = Write(Version2, OfNvidia, isImported: false);
        string text = File.ReadAllText(file);
        _bench.Set("runtime", "/usr/bin/crun");

        CommandResult result = Install([]);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"the runtime nvidia, in whose place the wrapper is to stand, runs {_nvidia}", result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void A_default_that_is_no_runc_is_not_replaced()
    {
        string containerd = Use(EngineSuite.Own);
        string file = Write(Version2, """
            [PLUGIN]
              default_runtime_name = "kata"
              [PLUGIN.runtimes.kata]
                runtime_type = "io.containerd.kata.v2"
              [PLUGIN.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [PLUGIN.runtimes.runc.options]
                  SystemdCgroup = true

            """, isImported: false);
        string text = File.ReadAllText(file);
        Dictionary<string, string> before = ContainerdDump.Read(Main, containerd);

        CommandResult refused = Install(["--default"]);

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("the default runtime of containerd is kata", refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
        AssertSuccess(Install([]));
        AssertIsAsBefore(before, ContainerdDump.Read(Main, containerd), "runc", byDefault: false);
    }

    /// <summary>For example while an image is built.</summary>
    [Fact]
    public void Without_containerd_its_files_are_read()
    {
        string containerd = Use(EngineSuite.Own);
        _ = Write(Version2, OfRunc, isImported: true);
        Dictionary<string, string> before = ContainerdDump.Read(Main, containerd);

        CommandResult result = new Command(
            Repository.HookCtl, "install", "containerd", "--config-file", Main, "--config", _bench.SettingsFile, "--wrapper", Repository.Wrapper)
        {
            Environment = [$"PATH={_bench.Programs}"],
        }.Run();

        AssertSuccess(result);
        Assert.Contains("containerd could not be asked", result.OutputText, StringComparison.Ordinal);
        AssertIsAsBefore(before, ContainerdDump.Read(Main, containerd), "runc", byDefault: false);
    }

    /// <summary>hookctl asks it for its settings before the change, and for its view of the files after it.</summary>
    [Theory]
    [InlineData("exec sleep 100000")]
    [InlineData("[ -e $0.asked ] && exec sleep 100000; : >$0.asked; exec CONTAINERD \"$@\"")]
    [Trait("Needs", "minutes")]
    public void A_containerd_that_does_not_answer_is_not_taken_for_one_that_is_not_there(string script)
    {
        string file = Write(Version2, OfRunc, isImported: false);
        string before = File.ReadAllText(file);
        WriteContainerd(script);

        CommandResult result = Install([]);

        Assert.Equal(
            (3, "hookctl: containerd does not answer: it did not end within 60 s; everything is left as it is: run containerd config dump by "
                + "hand, and try again when it answers\n"),
            (result.ExitCode, result.ErrorText));
        AssertIsUntouched(file, before);
    }

    [Fact]
    public void An_install_that_is_interrupted_leaves_the_files_as_they_were()
    {
        string file = Write(Version2, OfRunc, isImported: false);
        string before = File.ReadAllText(file);
        WriteContainerd("[ -e $0.asked ] && { kill -INT $PPID; exec sleep 100000; }; : >$0.asked; exec CONTAINERD \"$@\"");

        CommandResult result = Install([]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.True(File.Exists(Path.Combine(_bench.Programs!, "containerd.asked")));
        AssertIsUntouched(file, before);
    }

    private void WriteContainerd(string script)
    {
        string containerd = new Command("sh", "-c", "command -v containerd").Run().EnsureSuccess().OutputText.Trim();
        _ = Executable.Write(
            Path.Combine(_bench.Programs!, "containerd"), $"#!/bin/sh\n{script.Replace("CONTAINERD", containerd, StringComparison.Ordinal)}\n");
    }

    private void AssertIsUntouched(string file, string before)
    {
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFiles(_bench.Root, "*.toml*", SearchOption.AllDirectories));
    }

    /// <summary>Asserts that only the new runtime was added, and that it equals the other except for its program.</summary>
    private static void AssertIsAsBefore(Dictionary<string, string> before, Dictionary<string, string> after, string other, bool byDefault)
    {
        const string Default = "default_runtime_name";
        bool IsKept(KeyValuePair<string, string> value) => value.Key != "imports"
            && !value.Key.Contains(".runtimes.hooked.", StringComparison.Ordinal)
            && !(byDefault && value.Key.EndsWith(Default, StringComparison.Ordinal));
        Assert.Equal(
            before.Said().Where(IsKept).OrderBy(value => value.Key, StringComparer.Ordinal),
            after.Said().Where(IsKept).OrderBy(value => value.Key, StringComparer.Ordinal));
        SortedDictionary<string, string> expected = before.Said().Runtime(other);
        expected["options.BinaryName"] = $"\"{Repository.Wrapper}\"";
        Assert.Equal(expected, after.Said().Runtime("hooked"));
        if (byDefault)
        {
            Assert.Contains(after, value => value.Key.EndsWith(Default, StringComparison.Ordinal) && value.Value == "\"hooked\"");
        }
    }

    private static void AssertSuccess(CommandResult result) => Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));

    /// <summary>Puts a suite's containerd into PATH. Returns its path or its name.</summary>
    private string Use(string suite)
    {
        string directory = new EngineSuite(suite).Link(_bench.Programs!, "containerd");
        return suite == EngineSuite.Own ? "containerd" : Path.Combine(directory, "containerd");
    }

    /// <summary>Writes settings to the main file, or to a file that it imports. Returns that file.</summary>
    private string Write(string plugin, string settings, bool isImported)
    {
        string version = $"version = {(plugin == Version2 ? 2 : 3)}\n";
        string imported = Path.Combine(Directory.CreateDirectory(_bench.Inside("conf.d")).FullName, "99-others.toml");
        string file = isImported ? imported : Main;
        string text = settings.Replace("PLUGIN", plugin, StringComparison.Ordinal).Replace("NVIDIA", _nvidia, StringComparison.Ordinal);
        File.Delete(imported);
        File.WriteAllText(Main, $"{version}imports = [\"{_bench.Inside("conf.d")}/*.toml\"]\n{(isImported ? "" : text)}");
        if (isImported)
        {
            File.WriteAllText(imported, version + text);
        }

        _bench.Set("runtime", null);
        return file;
    }

    private string? Setting() => (string?)JsonNode.Parse(File.ReadAllText(_bench.SettingsFile))!["runtime"];

    private CommandResult Install(string[] options) => Run("install", options);

    private CommandResult Run(string command, params string[] options) =>
        _bench.Run([command, "containerd", "--config-file", Main, .. options.Select(word => (ByteString)word)]);
}
