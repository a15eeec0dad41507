using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl install containerd</c> on existing files. containerd reads the result.</summary>
[Trait("Needs", "root")]
public sealed class InstallContainerdTests : IDisposable
{
    private const string CriSettings = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n";

    private static readonly string[] s_empty = ["\"\"", "0", "false"];

    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string Main => _bench.Inside("config.toml");

    private string DropIn => _bench.Inside("conf.d/ocihooks.toml");

    [Theory]
    [InlineData("version = 2\n", true)]
    [InlineData("version = 2", true)]
    [InlineData("# imports = [\"x\"]\r\nversion = 2\r\nroot = '/r'\r\n[grpc]\r\n  address = \"/a\"\r\n", true)]
    [InlineData("version = 2\nimports = [\n  \"/dev/null\", # one\n]\n", true)]
    [InlineData("version = 2\nimports = []", true)]
    [InlineData("version = 2\n[plugins]\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n    sandbox_image = \"keep:1\"\n", false)]
    [InlineData(CriSettings + "  snapshotter = \"native\"", false)]
    [InlineData(CriSettings + "  default_runtime_name = \"runc\"\n  snapshotter = \"native\"\n", false)]
    [InlineData(CriSettings + "runtimes.kata.runtime_type = \"io.containerd.kata.v2\"\n", false)]
    public void Containerd_shows_the_runtime_and_nothing_else_is_different(string text, bool asDropIn)
    {
        foreach (string[] options in new string[][] { [], ["--default"] })
        {
            File.WriteAllText(Main, text);
            Dictionary<string, string> before = ContainerdDump.Read(Main);

            CommandResult result = Run("install", options);

            Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
            Assert.Equal(asDropIn, File.Exists(DropIn));
            AssertOnlyAdded(before, ContainerdDump.Read(Main), options.Length > 0);
            string installed = File.ReadAllText(Main);
            Assert.Contains("already registered", Run("install", options).OutputText, StringComparison.Ordinal);
            Assert.Contains("already registered", Run("install").OutputText, StringComparison.Ordinal);
            Assert.Equal(installed, File.ReadAllText(Main));

            Assert.Equal(0, Run("uninstall").ExitCode);
            Assert.Equal(text, File.ReadAllText(Main));
            Assert.Equal(["config.toml"], Directory.GetFiles(_bench.Root, "config*").Select(Path.GetFileName));
            Assert.False(File.Exists(DropIn));
        }
    }

    [Fact]
    public void Settings_of_the_plugin_in_an_imported_file_are_not_hidden()
    {
        string imported = Path.Combine(Directory.CreateDirectory(_bench.Inside("conf.d")).FullName, "nvidia.toml");
        const string Text = CriSettings + "  snapshotter = \"native\"\n";
        File.WriteAllText(imported, Text);
        string main = $"version = 2\nimports = [\"{_bench.Inside("conf.d")}/*.toml\"]\n";
        File.WriteAllText(Main, main);
        Dictionary<string, string> before = ContainerdDump.Read(Main);

        Assert.Equal(0, Run("install", "--default").ExitCode);

        Assert.False(File.Exists(DropIn));
        AssertOnlyAdded(before, ContainerdDump.Read(Main), byDefault: true);
        Assert.Equal(0, Run("uninstall").ExitCode);
        Assert.Equal((main, Text), (File.ReadAllText(Main), File.ReadAllText(imported)));
    }

    [Fact]
    public void An_import_that_covers_the_drop_in_is_enough()
    {
        string text = $"version = 2\nimports = [\"{_bench.Inside("conf.d")}/*.toml\"]\n";
        File.WriteAllText(Main, text);

        Assert.Equal(0, Run("install").ExitCode);

        Assert.Equal(text, File.ReadAllText(Main));
        Assert.Contains(ContainerdDump.Read(Main), value => value.Value == $"\"{Repository.Wrapper}\"");
    }

    [Fact]
    public void Files_that_install_created_are_removed()
    {
        Assert.Equal(0, Run("install").ExitCode);
        Assert.True(File.Exists(Main));

        Assert.Equal(0, Run("uninstall").ExitCode);

        Assert.False(File.Exists(Main));
        Assert.False(File.Exists(DropIn));
    }

    [Theory]
    [InlineData("version = 2\n", "version = 2\nimports = []\noom_score = 1\n")]
    [InlineData(CriSettings + "snapshotter = \"native\"\n", CriSettings + "default_runtime_name = \"runc\"\nsnapshotter = \"native\"\n#\n")]
    public void What_was_changed_since_the_install_stays(string before, string after)
    {
        File.WriteAllText(Main, before);
        Assert.Equal(0, Run("install", "--default").ExitCode);
        File.AppendAllText(Main, after.Split('\n')[^2] + "\n");
        string changed = File.ReadAllText(Main);

        CommandResult result = Run("uninstall");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Equal((after, changed), (File.ReadAllText(Main), File.ReadAllText(Main + ".with-hooked")));
        Assert.False(File.Exists(Main + ".before-hooked"));
    }

    [Theory]
    [InlineData("disabled_plugins = [\"cri\"]\n", "version is none")]
    [InlineData("version = 2\n= 3\n", "config.toml:2:1: is not understood: ")]
    [InlineData("version = 2\na = [1\n", "config.toml:3:1: is not understood: ")]
    [InlineData("version = 2\na = \"x\n", "config.toml:2:7: is not understood: ")]
    [InlineData("version = 2\nimports = \"x\"\n", "imports is not an array")]
    [InlineData(CriSettings + "runtimes.hooked.runtime_type = \"x\"\n", "has a runtime hooked already")]
    [InlineData("version = 2\n[plugins]\n\"io.containerd.grpc.v1.cri\" = {a = {b = 1}}\n", "to which no table can be added")]
    [InlineData("version = 2\nx = 1\nx = 2\n", "config.toml:3:1: is not understood: x is defined already")]
    [InlineData("version = 2\n[grpc]\n[grpc]\n", "config.toml:3:2: is not understood: grpc is defined already")]
    public void A_file_that_cannot_be_edited_is_refused_untouched(string text, string problem)
    {
        File.WriteAllText(Main, text);

        CommandResult result = Run("install");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(problem, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Main));
        Assert.Equal(["config.toml"], Directory.GetFiles(_bench.Root, "config*").Select(Path.GetFileName));
    }

    /// <summary>There is room for the first file, the wrapper's settings or a drop-in, but not for the main file.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\nBinaryName = \"/usr/bin/crun\"\n")]
    public void An_install_that_fails_half_way_leaves_nothing_behind(string settings)
    {
        string directory = Directory.CreateDirectory(_bench.Inside("etc")).FullName;
        string file = Path.Combine(directory, "config.toml");
        string text = $"version = 2\n{settings}".PadRight(8100, '#');
        using var disk = Mount.Memory(directory, "size=16k");
        File.WriteAllText(file, text);
        string wrapperSettings = File.ReadAllText(_bench.SettingsFile);

        CommandResult result = _bench.Run("install", "containerd", "--config-file", file);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("no space left on device; all files are as they were: ", result.ErrorText, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((text, wrapperSettings), (File.ReadAllText(file), File.ReadAllText(_bench.SettingsFile)));
        Assert.Equal([file], Directory.GetFiles(directory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_runs_in_pods_with_the_wrapper_is_not_left_without_it()
    {
        File.WriteAllText(Main, $"version = 2\nstate = \"{_bench.Inside("state")}\"\n");
        string bundles = _bench.Inside("state/io.containerd.runtime.v2.task/");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(bundles + "k8s.io/pod1").FullName, "runtime"), Repository.Wrapper);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(bundles + "k8s.io/pod2").FullName, "runtime"), "/usr/sbin/runc");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(bundles + "moby/c1").FullName, "runtime"), Repository.Wrapper);
        Assert.Equal(0, Run("install").ExitCode);

        CommandResult result = Run("uninstall");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("use the runtime hooked: pod1;", result.OutputText, StringComparison.Ordinal);
        Assert.True(File.Exists(DropIn));
        CommandResult forced = Run("uninstall", "--force");
        Assert.Equal(0, forced.ExitCode);
        Assert.Contains(
            "these containers cannot be started again, remove them and make them anew: pod1\n", forced.OutputText, StringComparison.Ordinal);
    }

    /// <summary>
    /// Asserts that the runtime was added with only the settings it needs, that a named runc loses only empty options, and that the
    /// list of imports is longer.
    /// </summary>
    private static void AssertOnlyAdded(Dictionary<string, string> before, Dictionary<string, string> after, bool byDefault)
    {
        const string Runc = ContainerdDump.Containerd + ".runtimes.runc.options.";
        const string Hooked = ContainerdDump.Containerd + ".runtimes.hooked.";
        const string Default = ContainerdDump.Containerd + ".default_runtime_name";
        SortedDictionary<string, string> lost = before.Less(after);
        SortedDictionary<string, string> added = after.Less(before);
        Assert.All(lost.Where(value => value.Key is not ("imports" or Default)), value =>
        {
            Assert.StartsWith(Runc, value.Key, StringComparison.Ordinal);
            Assert.Contains(value.Value, s_empty);
        });
        Assert.All(
            added.Keys.Where(key => key is not ("imports" or Default)),
            key => Assert.StartsWith(Hooked, key, StringComparison.Ordinal));
        Assert.Equal("\"io.containerd.runc.v2\"", added[Hooked + "runtime_type"]);
        Assert.Equal($"\"{Repository.Wrapper}\"", added[Hooked + "options.BinaryName"]);
        Assert.Equal(2, added.Count(value => value.Key.StartsWith(Hooked, StringComparison.Ordinal) && !IsEmpty(value.Value)));
        Assert.Equal(byDefault ? "\"hooked\"" : before[Default], after[Default]);
    }

    private static bool IsEmpty(string value) => value is "[]" || s_empty.Contains(value);

    private CommandResult Run(string command, params string[] options) =>
        _bench.Run([command, "containerd", "--config-file", Main, .. options.Select(word => (ByteString)word)]);
}
