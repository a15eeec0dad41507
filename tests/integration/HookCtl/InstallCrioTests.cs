using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests <c>hookctl uninstall crio</c> with pods as CRI-O stores them in containers/storage.</summary>
[Trait("Needs", "root")]
public sealed class InstallCrioTests : IAsyncDisposable
{
    private const string DropIn = "/etc/crio/crio.conf.d/ocihooks-hooked.conf";

    private readonly PrivateHost _host = new();

    public InstallCrioTests() => _ = Executable.Write(Path.Combine(_host.Root, "crio"), "#!/bin/sh\n");

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("hooked", false, true)]
    [InlineData("", true, true)]
    [InlineData("", false, false)]
    [InlineData("kata", true, false)]
    public async Task Pods_with_the_handler_stand_in_the_way(string handler, bool byDefault, bool inUse)
    {
        string pod = Path.Combine(_host.Root, "g/overlay-containers/pod1/userdata");
        string annotations = $"{{\"annotations\":{{\"io.kubernetes.cri-o.RuntimeHandler\":\"{handler}\"}}}}";
        _ = (await _host.ShellAsync("mkdir -p \"$1\" && echo \"$2\" >\"$1/config.json\"", pod, annotations)).EnsureSuccess();
        const string Settings = "printf '[storage]\\ngraphroot = \"%s\"\\n' \"$1\" >/etc/containers/storage.conf";
        _ = (await _host.ShellAsync(Settings, Path.Combine(_host.Root, "g"))).EnsureSuccess();
        Assert.Equal(0, (await HookCtlAsync(["install", .. byDefault ? ["--default"] : Array.Empty<string>()])).ExitCode);

        CommandResult result = await HookCtlAsync("uninstall");

        Assert.Equal(inUse ? 1 : 0, result.ExitCode);
        Assert.Equal(inUse, result.OutputText.Contains("use the runtime hooked: pod1;", StringComparison.Ordinal));
        Assert.Equal(inUse, File.Exists(_host.Inside(DropIn)));
        if (inUse)
        {
            CommandResult forced = await HookCtlAsync("uninstall", "--force");

            Assert.Equal(0, forced.ExitCode);
            Assert.Contains("remove them and make them anew: pod1\n", forced.OutputText, StringComparison.Ordinal);
            const string Default = "containers that name no runtime get CRI-O's own default from now on\n";
            Assert.Equal(byDefault, forced.OutputText.Contains(Default, StringComparison.Ordinal));
        }
    }

    /// <summary>The manual page says which table counts: the whole table of the last file.</summary>
    [Fact]
    public async Task The_runtime_is_the_default_one_but_for_its_program()
    {
        Write("/etc/crio/crio.conf", """
            [crio.runtime.runtimes.crun]
            runtime_path = "/no/such"
            runtime_root = "/no/such"
            """);
        Write("/etc/crio/crio.conf.d/10-crio.conf", """
            [crio.runtime]
            default_runtime = "crun"
            [crio.runtime.runtimes.crun]
            runtime_path = "/usr/bin/crun"
            runtime_root = "/run/crun"
            monitor_path = "/usr/libexec/crio/conmon"
            allowed_annotations = [
              "io.containers.trace-syscall", # traced
            ]
            privileged_without_host_devices = true
            platform_runtime_paths = { "wasi/wasm32" = "/usr/bin/crun-wasm" }
            default_annotations = { "run.oci.handler" = "krun" }
            """);

        CommandResult result = await HookCtlAsync("install", "--default");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("systemctl restart crio", result.OutputText, StringComparison.Ordinal);
        Assert.Contains("crictl info", result.OutputText, StringComparison.Ordinal);
        Assert.Equal($"""
            # Written by hookctl; this takes it away: hookctl uninstall crio --name hooked
            [crio.runtime]
            default_runtime = "hooked"

            [crio.runtime.runtimes."hooked"]
            runtime_path = "{Repository.Wrapper}"
            runtime_type = "oci"
            runtime_root = "/run/crun"
            monitor_path = "/usr/libexec/crio/conmon"
            allowed_annotations = ["io.containers.trace-syscall"]
            privileged_without_host_devices = true

            [crio.runtime.runtimes."hooked".default_annotations]
            "run.oci.handler" = "krun"

            """, File.ReadAllText(_host.Inside("/etc/crio/crio.conf.d/ocihooks-hooked.conf")));
        Assert.Contains("\"runtime\": \"/usr/bin/crun\"", File.ReadAllText(_host.SettingsFile), StringComparison.Ordinal);
        Assert.Contains("already registered", (await HookCtlAsync("install")).OutputText, StringComparison.Ordinal);
    }

    /// <summary>CRI-O reads all files in the directory and below it, sorted by name.</summary>
    [Theory]
    [InlineData("20-local")]
    [InlineData("20-local.conf.bak")]
    [InlineData(".20-local")]
    [InlineData("20-local.d/settings")]
    [InlineData("20-local.d/below/settings.conf")]
    public async Task A_file_of_whatever_name_counts(string name)
    {
        Write("/etc/crio/crio.conf.d/10-crio.conf", """
            [crio.runtime]
            default_runtime = "runc"
            [crio.runtime.runtimes.runc]
            runtime_path = "/usr/sbin/runc"
            [crio.runtime.runtimes.crun]
            runtime_path = "/no/such"
            """);
        Write($"/etc/crio/crio.conf.d/{name}", """
            [crio.runtime]
            default_runtime = "crun"
            [crio.runtime.runtimes.crun]
            runtime_path = "/usr/bin/crun"
            runtime_root = "/run/crun"
            """);
        bool isFirst = string.CompareOrdinal(name, "10-crio.conf") < 0;

        CommandResult result = await HookCtlAsync("install");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        string dropIn = File.ReadAllText(_host.Inside("/etc/crio/crio.conf.d/ocihooks-hooked.conf"));
        Assert.Equal(!isFirst, dropIn.Contains("runtime_root = \"/run/crun\"", StringComparison.Ordinal));
        CommandResult doctor = await _host.RunAsync("env", $"PATH={_host.Root}:/usr/sbin:/usr/bin", Repository.HookCtl, "doctor", "--no-container");
        Assert.DoesNotContain("\"hooked\" lacks", doctor.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_has_added_to_hookctls_file_is_not_taken_away()
    {
        Assert.Equal(0, (await HookCtlAsync("install")).ExitCode);
        string text = File.ReadAllText(_host.Inside(DropIn)) + "[crio.runtime.runtimes.kata]\nruntime_type = \"vm\"\n";
        Write(DropIn, text);

        foreach (string command in new[] { "install", "uninstall" })
        {
            CommandResult result = await HookCtlAsync(command);

            Assert.Equal(3, result.ExitCode);
            Assert.Contains(
                "somebody has added crio.runtime.runtimes.kata.runtime_type; it is left as it is: move that to another file, and try again\n",
                result.ErrorText, StringComparison.Ordinal);
            Assert.Equal(text + "\n", File.ReadAllText(_host.Inside(DropIn)));
        }
    }

    [Fact]
    public async Task What_somebody_has_let_through_stays_so_and_the_rest_is_kept()
    {
        Write("/etc/crio/crio.conf", """
            [crio.runtime]
            default_runtime = "crun"
            [crio.runtime.runtimes.crun]
            runtime_path = "/usr/bin/crun"
            allowed_annotations = ["io.containers.trace-syscall"]
            """);
        Assert.Equal(0, (await HookCtlAsync("install")).ExitCode);
        string text = File.ReadAllText(_host.Inside(DropIn)).Replace(
            "[\"io.containers.trace-syscall\"]",
            "[\"io.containers.trace-syscall\", \"com.acme.hooks\"]\nmonitor_path = \"/usr/libexec/crio/conmon\"", StringComparison.Ordinal);
        File.WriteAllText(_host.Inside(DropIn), text);

        CommandResult result = await HookCtlAsync("install");

        Assert.Equal((0, ""), (result.ExitCode, result.ErrorText));
        Assert.Contains("which are gone: monitor_path = \"/usr/libexec/crio/conmon\";", result.OutputText, StringComparison.Ordinal);
        const string Copy = "/etc/crio/ocihooks-hooked.conf.with-hooked";
        Assert.Contains($"changed: {DropIn}, as it was: {Copy}\n", result.OutputText, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(_host.Inside(Copy)));
        Assert.Contains(
            "allowed_annotations = [\"io.containers.trace-syscall\", \"com.acme.hooks\"]\n", File.ReadAllText(_host.Inside(DropIn)),
            StringComparison.Ordinal);
        Assert.Contains("already registered", (await HookCtlAsync("install")).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_the_wrapper_calls_what_it_called()
    {
        Write("/etc/crio/crio.conf", "[crio.runtime]\ndefault_runtime = \"crun\"\n[crio.runtime.runtimes.crun]\nruntime_path = \"/usr/bin/crun\"");
        _ = (await _host.ShellAsync("mkdir /etc/crio/crio.conf.d && mount -t tmpfs -o ro tmpfs /etc/crio/crio.conf.d")).EnsureSuccess();

        CommandResult result = await HookCtlAsync("install");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{DropIn}: cannot be written: ", result.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(_host.SettingsFile));
    }

    private void Write(string path, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(_host.Inside(path))!);
        File.WriteAllText(_host.Inside(path), text + "\n");
    }

    private Task<CommandResult> HookCtlAsync(params string[] arguments) =>
        _host.RunAsync(["env", $"PATH={_host.Root}:/usr/sbin:/usr/bin", Repository.HookCtl, arguments[0], "crio", .. arguments[1..]]);
}
