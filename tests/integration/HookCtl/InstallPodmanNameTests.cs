using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>
/// Tests that Podman treats the wrapper like the low-level runtime, with the Podman of each suite. Podman decides by the name of a
/// runtime.
/// </summary>
[Trait("Needs", "root")]
public sealed class InstallPodmanNameTests : IAsyncLifetime
{
    private const string Image = "localhost/busybox:test";
    private const string DropIns = "/etc/containers/containers.conf.d";

    private readonly PrivateHost _host = new();

    public async ValueTask InitializeAsync()
    {
        // Podman 5 needs netavark even without a network.
        string helpers = Directory.CreateDirectory(PathTo("helpers")).FullName;
        _ = Executable.Write(Path.Combine(helpers, "netavark"), "#!/bin/sh\n");
        string places = $"\"{helpers}\", \"/usr/libexec/podman\", \"/usr/lib/podman\"";
        await WriteAsync("/etc/containers/containers.conf", $"[engine]\nhelper_binaries_dir = [{places}]\n");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("trixie")]
    [InlineData("forky")]
    public async Task A_container_without_cgroups_runs_as_before(string? suite)
    {
        string programs = suite is null ? "/usr/bin" : Path.GetDirectoryName(Repository.Built($"cache/engines/{suite}/usr/bin/podman", "make systems"))!;
        string podman = $"{programs}/podman";
        string crun = $"{programs}/crun";
        await WriteAsync($"{DropIns}/suite.conf", $"[engine.runtimes]\ncrun = [\"{crun}\"]\n");
        _ = (await PodmanAsync(podman, "import", await BusyboxImage.MakeTarAsync(_host.Root), Image)).EnsureSuccess();
        Assert.Equal("hello\n", (await WithoutCgroupsAsync(podman)).EnsureSuccess().OutputText);

        CommandResult install = await HookCtlAsync("install", "podman", "--default", "--low-level", crun);

        Assert.Equal((0, ""), (install.ExitCode, install.ErrorText));
        Assert.Equal("hooked", (await PodmanAsync(podman, "info", "--format", "{{.Host.OCIRuntime.Name}}")).EnsureSuccess().OutputText.Trim());
        Assert.Equal("hello\n", (await WithoutCgroupsAsync(podman)).EnsureSuccess().OutputText);
        CommandResult failed = await PodmanAsync(podman, "run", "--rm", "--network", "none", "--cgroup-parent", _host.Cgroup, Image, "/no/such");
        Assert.Equal(127, failed.ExitCode);
        Assert.Contains("/no/such", failed.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain("runtime_supports", (await HookCtlAsync("doctor", "--no-container")).OutputText, StringComparison.Ordinal);
        Assert.Equal(0, (await HookCtlAsync("uninstall", "podman")).ExitCode);
        Assert.Empty(Files());
        Assert.Equal("hello\n", (await WithoutCgroupsAsync(podman)).EnsureSuccess().OutputText);
    }

    [Fact]
    public async Task What_others_have_in_the_lists_stays_and_two_runtimes_are_in_both_files()
    {
        await WriteAsync("/etc/containers/containers.conf", "[engine]\nruntime_supports_nocgroup = [\"crun\", \"theirs\"]\n");

        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--name", "b", "--low-level", "crun")).ExitCode);
        string alone = Text("b");
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--name", "a")).ExitCode);

        Assert.Contains("runtime_supports_nocgroup = [\"crun\", \"theirs\", \"b\"]\n", alone, StringComparison.Ordinal);
        Assert.Contains("runtime_supports_nocgroup = [\"crun\", \"theirs\", \"a\", \"b\"]\n", Text("a"), StringComparison.Ordinal);
        Assert.Contains("runtime_supports_nocgroup = [\"crun\", \"theirs\", \"a\", \"b\"]\n", Text("b"), StringComparison.Ordinal);
        Assert.Contains(
            "runtime_supports_json = [\"crun\", \"runc\", \"kata\", \"runsc\", \"youki\", \"krun\", \"ocijail\", \"a\", \"b\"]\n",
            Text("a"), StringComparison.Ordinal);
        Assert.Contains("already registered", (await HookCtlAsync("install", "podman", "--name", "a")).OutputText, StringComparison.Ordinal);
        Assert.Contains("already registered", (await HookCtlAsync("install", "podman", "--name", "b")).OutputText, StringComparison.Ordinal);
        Assert.Equal(0, (await HookCtlAsync("uninstall", "podman", "--name", "a")).ExitCode);
        Assert.Equal(alone, Text("b"));
        Assert.Equal(0, (await HookCtlAsync("uninstall", "podman", "--name", "b")).ExitCode);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Names_and_flags_are_taken_over_in_whatever_language_they_are()
    {
        await WriteAsync("/etc/containers/containers.conf", """
            [engine]
            runtime_supports_nocgroup = ["crun", "même", "コンテナ", 'a"b']
            [engine.runtimes_flags]
            crun = ["root=/srv/données", 'log=/コンテナ']

            """);

        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--name", "b", "--low-level", "crun")).ExitCode);
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--name", "a")).ExitCode);

        foreach (string name in new[] { "a", "b" })
        {
            Assert.Contains(
                "runtime_supports_nocgroup = [\"crun\", \"même\", \"コンテナ\", \"a\\\"b\", \"a\", \"b\"]\n", Text(name), StringComparison.Ordinal);
            Assert.Contains($"\"{name}\" = [\"root=/srv/données\", \"log=/コンテナ\"]\n", Text(name), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_runtime_that_cannot_do_without_cgroups_is_not_said_to()
    {
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--low-level", "runc")).ExitCode);

        Assert.Contains("runtime_supports_json = ", Text("hooked"), StringComparison.Ordinal);
        Assert.DoesNotContain("nocgroup", Text("hooked"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_has_chosen_a_runtime_the_default_is_not_replaced_by_another()
    {
        CommandResult result = await HookCtlAsync("install", "podman", "--default");

        Assert.Equal((3, ""), (result.ExitCode, result.OutputText));
        Assert.Contains("the default runtime is crun (/usr/bin/crun), and runc-wrap calls ", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("with --low-level /usr/bin/crun, or --low-level ", result.ErrorText, StringComparison.Ordinal);
        Assert.Empty(Files());
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--default", "--low-level", "runc")).ExitCode);
        string uninstalled = (await HookCtlAsync("uninstall", "podman")).EnsureSuccess().OutputText;
        Assert.Contains("containers that name no runtime get crun from now on\n", uninstalled, StringComparison.Ordinal);
        Assert.Contains("/etc/ocihooks/config.json still says that the wrapper calls ", uninstalled, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_to_which_somebody_has_added_something_is_left_alone()
    {
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--default", "--low-level", "crun")).ExitCode);
        await WriteAsync($"{DropIns}/ocihooks-hooked.conf", Text("hooked") + "\n[containers]\npids_limit = 5\n");
        string text = Text("hooked");

        foreach (string command in new[] { "install", "uninstall" })
        {
            CommandResult result = await HookCtlAsync(command, "podman");

            Assert.Equal(3, result.ExitCode);
            Assert.Contains("somebody has added containers.pids_limit; it is left as it is", result.ErrorText, StringComparison.Ordinal);
            Assert.Equal(text, Text("hooked"));
        }
    }

    [Fact]
    public async Task Flags_that_somebody_has_set_are_kept_by_another_install()
    {
        Assert.Equal(0, (await HookCtlAsync("install", "podman")).ExitCode);
        string text = Text("hooked") + "\n[engine.runtimes_flags]\nhooked = [\"debug\"]\n";
        await WriteAsync($"{DropIns}/ocihooks-hooked.conf", text);

        CommandResult result = await HookCtlAsync("install", "podman");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("which are gone: runtimes_flags = [\"debug\"];", result.OutputText, StringComparison.Ordinal);
        const string Copy = "/etc/containers/ocihooks-hooked.conf.with-hooked";
        Assert.Contains($"as it was: {Copy}\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_host.Inside(Copy)));
        Assert.Contains("already registered", (await HookCtlAsync("install", "podman")).OutputText, StringComparison.Ordinal);
    }

    /// <summary>Earlier versions did not consider how Podman treats names.</summary>
    [Fact]
    public async Task What_an_earlier_version_wrote_is_told_and_mended_by_another_install()
    {
        Assert.Equal(0, (await HookCtlAsync("install", "podman", "--default", "--low-level", "crun")).ExitCode);
        string text = Text("hooked");
        await WriteAsync($"{DropIns}/ocihooks-hooked.conf", $"""
            # Written by hookctl; this takes it away: hookctl uninstall podman --name hooked
            [engine]
            runtime = "hooked"

            [engine.runtimes]
            "hooked" = ["{Repository.Wrapper}"]

            """);

        Assert.Contains(
            "runtime_supports_nocgroup lacks \"hooked\", but has \"crun\", which runc-wrap calls: podman run --cgroups disabled is refused\n",
            (await HookCtlAsync("doctor", "--no-container")).OutputText, StringComparison.Ordinal);
        Assert.Equal(0, (await HookCtlAsync("install", "podman")).ExitCode);
        Assert.Equal(text, Text("hooked"));
        Assert.DoesNotContain("runtime_supports", (await HookCtlAsync("doctor", "--no-container")).OutputText, StringComparison.Ordinal);
    }

    private string PathTo(string name) => Path.Combine(_host.Root, name);

    private string Text(string name) => File.ReadAllText(_host.Inside($"{DropIns}/ocihooks-{name}.conf"));

    private string[] Files() =>
        Directory.Exists(_host.Inside(DropIns)) ? Directory.GetFiles(_host.Inside(DropIns), "*ocihooks*") : [];

    private async Task WriteAsync(string path, string text) =>
        _ = (await _host.RunWithInputAsync(text, "sh", "-c", "mkdir -p \"${1%/*}\" && cat >\"$1\"", "sh", path)).EnsureSuccess();

    private Task<CommandResult> HookCtlAsync(params string[] arguments) =>
        _host.RunAsync([Repository.HookCtl, .. arguments]);

    private Task<CommandResult> WithoutCgroupsAsync(string podman) =>
        PodmanAsync(podman, "run", "--rm", "--network", "none", "--cgroups", "disabled", "--log-driver", "k8s-file", Image, "echo", "hello");

    private Task<CommandResult> PodmanAsync(string podman, params string[] arguments) => _host.RunAsync(
    [
        "env", "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
        podman, "--root", PathTo("storage"), "--runroot", PathTo("runroot"), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
        "--events-backend", "file", .. arguments,
    ]);
}
