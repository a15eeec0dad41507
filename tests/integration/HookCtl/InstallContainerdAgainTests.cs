using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests another <c>hookctl install containerd</c>, and an uninstall, after files have changed since the first one.</summary>
public sealed class InstallContainerdAgainTests : IDisposable
{
    private const string Cri = "plugins.\"io.containerd.grpc.v1.cri\".containerd";

    private const string OfSpecial = $"""
        [{Cri}]
          default_runtime_name = "special"
          [{Cri}.runtimes.special]
            runtime_type = "io.containerd.runc.v2"
            [{Cri}.runtimes.special.options]
              SystemdCgroup = true

        """;

    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string Main => _bench.Inside("config.toml");

    private string DropIn => _bench.Inside("conf.d/ocihooks.toml");

    private string Backup => Main + ".before-hooked";

    private string Imports => $"version = 2\nimports = [\"{_bench.Inside("conf.d")}/*.toml\"]\n";

    [Fact]
    public void One_that_is_refused_leaves_what_the_first_has_kept()
    {
        string text = Imports + OfSpecial;
        File.WriteAllText(Main, text);
        AssertSuccess(Run("install", "--default"));
        string installed = File.ReadAllText(Main);
        string broken = Path.Combine(Directory.CreateDirectory(_bench.Inside("conf.d")).FullName, "broken.toml");
        File.WriteAllText(broken, "version = 2\noom_score = \"none\"\n");

        CommandResult refused = Run("install", "--pod-annotations", "com.example.*");

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains(
            $"{Main}: containerd does not take its files, nor did it before the runtime was added: ", refused.ErrorText, StringComparison.Ordinal);
        Assert.Contains("all files are as they were", refused.ErrorText, StringComparison.Ordinal);
        Assert.Equal((installed, text), (File.ReadAllText(Main), File.ReadAllText(Backup)));
        File.Delete(broken);
        AssertSuccess(Run("uninstall"));
        Assert.Equal(text, File.ReadAllText(Main));
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void A_default_that_is_replaced_later_is_put_back()
    {
        File.WriteAllText(Main, Imports + OfSpecial.Replace("default_runtime_name = \"special\"", "", StringComparison.Ordinal));
        AssertSuccess(Run("install"));
        string text = File.ReadAllText(Main).Replace($"[{Cri}]\n", $"[{Cri}]\ndefault_runtime_name = \"special\"\n", StringComparison.Ordinal);
        File.WriteAllText(Main, text);

        AssertSuccess(Run("install", "--default"));

        Assert.Equal(text, File.ReadAllText(Backup));
        AssertSuccess(Run("uninstall"));
        Assert.Contains("default_runtime_name = \"special\"\n", File.ReadAllText(Main), StringComparison.Ordinal);
        Assert.False(File.Exists(Backup));
    }

    [Fact]
    public void A_default_that_is_gone_is_not_put_back()
    {
        File.WriteAllText(Main, Imports + OfSpecial);
        AssertSuccess(Run("install", "--name", "a", "--default"));
        AssertSuccess(Run("install", "--name", "b", "--default"));
        AssertSuccess(Run("uninstall", "--name", "a"));

        AssertSuccess(Run("uninstall", "--name", "b"));

        Assert.Equal("\"runc\"", ContainerdDump.Read(Main)[ContainerdDump.Containerd + ".default_runtime_name"]);
    }

    [Theory]
    [InlineData("version = 2\n", "runc")]
    [InlineData(OfSpecial, "special")]
    public void An_uninstall_tells_what_pods_get_then_and_what_stays(string settings, string standard)
    {
        File.WriteAllText(Main, settings == OfSpecial ? Imports + OfSpecial : settings);
        _bench.Set("runtime", "/usr/bin/crun");
        string after = $"containers that name no runtime get {standard} from now on\n";
        string stays = $"{_bench.SettingsFile} still says that the wrapper calls /usr/bin/crun, whichever engine it is called by: ";

        AssertSuccess(Run("install", "--default"));
        string byDefault = Run("uninstall").OutputText;
        AssertSuccess(Run("install"));
        string other = Run("uninstall").OutputText;

        Assert.Contains(after, byDefault, StringComparison.Ordinal);
        Assert.DoesNotContain("from now on", other, StringComparison.Ordinal);
        Assert.Contains(stays, byDefault, StringComparison.Ordinal);
        _bench.Set("runtime", null);
        AssertSuccess(Run("install"));
        Assert.DoesNotContain("still says", Run("uninstall").OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_somebody_has_added_where_hookctl_wrote_is_not_taken_away(bool asDropIn)
    {
        const string Added = $"[{Cri}.runtimes.nvidia]\n  runtime_type = \"io.containerd.runc.v2\"\n";
        File.WriteAllText(Main, asDropIn ? "version = 2\n" : Imports + OfSpecial);
        AssertSuccess(Run("install"));
        string file = asDropIn ? DropIn : Main;
        string installed = File.ReadAllText(file);
        int end = asDropIn ? installed.Length : installed.IndexOf("# End of what", StringComparison.Ordinal);
        string text = installed.Insert(end, Added);
        File.WriteAllText(file, text);

        foreach (string command in new[] { "install", "uninstall" })
        {
            CommandResult result = Run(command);

            Assert.Equal(3, result.ExitCode);
            Assert.Contains(
                $"{file}: somebody has added {Cri.Replace("\"", "", StringComparison.Ordinal)}.runtimes.nvidia.runtime_type; it is left as it is",
                result.ErrorText, StringComparison.Ordinal);
            Assert.Equal(text, File.ReadAllText(file));
        }

        File.WriteAllText(file, installed);
        AssertSuccess(Run("uninstall"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_somebody_has_set_of_runc_where_hookctl_wrote_it_is_kept(bool asDropIn)
    {
        File.WriteAllText(Main, asDropIn ? "version = 2\n" : $"version = 2\n[{Cri}]\n  snapshotter = \"native\"\n");
        AssertSuccess(Run("install"));
        string file = asDropIn ? DropIn : Main;
        string text = File.ReadAllText(file).Replace(
            ".runtimes.runc]\n", ".runtimes.runc]\n  options.SystemdCgroup = true\n", StringComparison.Ordinal);
        File.WriteAllText(file, text);

        CommandResult result = Run("uninstall");

        AssertSuccess(result);
        string copy = asDropIn ? _bench.Inside("ocihooks.toml.with-hooked") : Main + ".with-hooked";
        Assert.Contains($": {file}, as it was: {copy}\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(copy));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_somebody_has_let_through_stays_so_and_the_rest_is_kept(bool asDropIn, bool isContainerdThere)
    {
        const string Added = "  pod_annotations = [\"team\"]\n  container_annotations = [\"com.acme.*\"]\n  privileged_without_host_devices = true\n";
        File.WriteAllText(Main, asDropIn ? "version = 2\n" : Imports + OfSpecial);
        AssertSuccess(Run("install"));
        string file = asDropIn ? DropIn : Main;
        const string Head = $"[{Cri}.runtimes.\"hooked\"]\n";
        string text = File.ReadAllText(file).Replace(Head, Head + Added, StringComparison.Ordinal);
        File.WriteAllText(file, text);

        CommandResult result = isContainerdThere ? Run("install") : RunWithoutContainerd();

        AssertSuccess(result);
        string copy = asDropIn ? _bench.Inside("ocihooks.toml.with-hooked") : Main + ".with-hooked";
        Assert.Contains(
            "it had other settings before, which are gone: privileged_without_host_devices = true; set again those that are needed",
            result.OutputText, StringComparison.Ordinal);
        Assert.Contains($"changed: {file}, as it was: {copy}\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(copy));
        SortedDictionary<string, string> runtime = ContainerdDump.Read(Main).Said().Runtime("hooked");
        Assert.Equal(("[\"team\"]", "[\"com.acme.*\"]"), (runtime["pod_annotations"], runtime["container_annotations"]));
        Assert.False(runtime.ContainsKey("privileged_without_host_devices"));
        Assert.Contains("already registered", Run("install").OutputText, StringComparison.Ordinal);
    }

    private static void AssertSuccess(CommandResult result) => Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));

    private CommandResult RunWithoutContainerd() => new Command(
        Repository.HookCtl, "install", "containerd", "--config-file", Main, "--config", _bench.SettingsFile, "--wrapper", Repository.Wrapper)
    {
        Environment = ["PATH=/nowhere"],
    }.Run();

    private CommandResult Run(string command, params string[] options) =>
        _bench.Run([command, "containerd", "--config-file", Main, .. options.Select(word => (ByteString)word)]);
}
