using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>Tests what <c>hookctl doctor</c> reads in the settings of containerd, Podman and CRI-O.</summary>
[Trait("Needs", "root")]
public sealed class DoctorEngineFileTests : IAsyncDisposable
{
    private readonly PrivateHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("io.containerd.grpc.v1.cri", "runc")]
    [InlineData("io.containerd.grpc.v1.cri", "hooked")]
    public async Task A_runtime_of_containerd_is_found_by_its_own_reading(string plugin, string standard)
    {
        await ExplainedContainer.InstallAsync(_host, $"""
            version = 2
            [plugins."{plugin}".containerd]
              default_runtime_name = "{standard}"
            [plugins."{plugin}".containerd.runtimes.hooked]
              runtime_type = "io.containerd.runc.v2"
              [plugins."{plugin}".containerd.runtimes.hooked.options]
                BinaryName = "{Repository.Wrapper}" # the wrapper
            """, "/etc/containerd/config.toml");

        string use = standard == "hooked" ? "the default runtime" : "for pods whose RuntimeClass has the handler hooked";
        Assert.Equal([("ok", $"registered as \"hooked\", {use}: {Repository.Wrapper}")], await FindingsAsync("containerd"));
    }

    /// <summary>Version 0.1 registered the runtime so on a node whose kubelet uses systemd.</summary>
    [Fact]
    public async Task What_a_runtime_of_containerd_lacks_of_the_default_one_is_told()
    {
        await WriteContainerdAsync("""
            [RUNTIMES.runc]
              runtime_type = "io.containerd.runc.v2"
              base_runtime_spec = "/etc/containerd/base.json"
              pod_annotations = ["a", "b"]
              [RUNTIMES.runc.options]
                SystemdCgroup = true
                BinaryName = "/bin/true"
            [RUNTIMES.hooked]
              runtime_type = "io.containerd.runc.v2"
              pod_annotations = ["b", "c", "a"]
              snapshotter = "x"
              cni_conf_dir = "/etc/cni"
              [RUNTIMES.hooked.options]
                BinaryName = "WRAPPER"
            """);

        Assert.Equal(
            [
                ("ok", $"registered as \"hooked\", for pods whose RuntimeClass has the handler hooked: {Repository.Wrapper}"),
                ("warning", "\"hooked\" has cni_conf_dir = \"/etc/cni\", which \"runc\" has not"),
                ("warning", "\"hooked\" lacks base_runtime_spec = \"/etc/containerd/base.json\", which \"runc\" has"),
                ("problem", "\"hooked\" lacks options.SystemdCgroup = true, which \"runc\" has: its pods are not in the cgroups that the kubelet made "
                    + "for them, so that limits do not hold"),
                ("warning", "\"runc\" runs /bin/true, but \"hooked\" in its place what the wrapper calls: runc, crun"),
            ],
            await FindingsAsync("containerd"));
    }

    /// <summary>
    /// Its settings are those of the former default, which the file's backup shows. Without the backup, a difference is only a warning.
    /// </summary>
    [Fact]
    public async Task A_wrapper_that_became_the_default_of_containerd_is_compared_with_the_one_before()
    {
        await ExplainedContainer.InstallAsync(_host, """
            version = 2
            [plugins."io.containerd.grpc.v1.cri".containerd]
              default_runtime_name = "special"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.special]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.special.options]
                SystemdCgroup = true
            """, "/etc/containerd/config.toml");
        _ = (await _host.RunAsync(Repository.HookCtl, "install", "containerd", "--default")).EnsureSuccess();
        (string, string) registered = ("ok", $"registered as \"hooked\", the default runtime: {Repository.Wrapper}");

        Assert.Equal([registered], await FindingsAsync("containerd"));

        File.Delete(_host.Inside("/etc/containerd/config.toml.before-hooked"));
        IReadOnlyList<(string Severity, string Text)> unknown = await FindingsAsync("containerd");
        Assert.Equal([registered.Item1, "warning"], unknown.Select(found => found.Severity));
        Assert.StartsWith("\"hooked\" has options.SystemdCgroup = true, which \"runc\" has not", unknown[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runtime_type_of_OciHooks_needs_no_cgroup_driver_and_takes_no_options()
    {
        string program = Path.Combine(await Installation.MakeAsync(Path.Combine(_host.Root, "usr")), "containerd-shim-hooked-v1");
        _ = (await _host.RunAsync("mount", "-t", "tmpfs", "tmpfs", "/usr/local/sbin")).EnsureSuccess();
        _ = (await _host.RunAsync("ln", "-s", program, "/usr/local/sbin/containerd-shim-hooked-v1")).EnsureSuccess();
        const string Runc = """
            [RUNTIMES.runc]
              runtime_type = "io.containerd.runc.v2"
              [RUNTIMES.runc.options]
                SystemdCgroup = true

            """;
        const string Shim = """
            [RUNTIMES.hooked]
              runtime_type = "io.containerd.hooked.v1"

            """;
        await WriteContainerdAsync(Runc + Shim);
        Assert.Equal("ok", (await FindingsAsync("containerd"))[0].Severity);
        Assert.DoesNotContain(await FindingsAsync("containerd"), found => found.Severity == "problem");

        await WriteContainerdAsync(Runc + Shim + "[RUNTIMES.hooked.options]\n  SystemdCgroup = true\n");
        Assert.Contains(await FindingsAsync("containerd"), found => found.Severity == "problem"
            && found.Text.StartsWith("\"hooked\" has options, which containerd hands to io.containerd.hooked.v1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_file_of_containerd_is_told()
    {
        await ExplainedContainer.InstallAsync(_host, "version = [", "/etc/containerd/config.toml");

        Assert.Equal("warning", Assert.Single(await FindingsAsync("containerd")).Severity);
    }

    [Fact]
    public async Task A_runtime_of_podman_is_found_and_rules_that_are_read_twice()
    {
        await ExplainedContainer.InstallAsync(
            _host,
            """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""",
            "/etc/containers/oci/hooks.d/a.json");
        await ExplainedContainer.InstallAsync(_host, $"""
            [engine]
            runtime = 'hooked'
            runtime_supports_json = ["runc", "hooked"]
            [engine.runtimes]
            hooked = [
              "/no/such/runc-wrap", # elsewhere
              "{Repository.Wrapper}",
            ]
            """, "/etc/containers/containers.conf.d/hooked.conf");

        Assert.Equal(
            [
                ("ok", $"registered as \"hooked\", the default runtime: {Repository.Wrapper}"),
                ("warning", "Podman reads /etc/containers/oci/hooks.d itself: hooks of its rules run twice in containers of the wrapper"),
            ],
            await FindingsAsync("podman"));
    }

    [Fact]
    public async Task A_runtime_of_cri_o_is_found()
    {
        await ExplainedContainer.InstallAsync(_host, $"""
            [crio.runtime]
            default_runtime = "runc"
            [crio.runtime.runtimes.hooked]
            runtime_path = "{Repository.Wrapper}"
            """, "/etc/crio/crio.conf.d/10-hooked.conf");

        Assert.Equal(
            [("ok", $"registered as \"hooked\", for pods whose RuntimeClass has the handler hooked: {Repository.Wrapper}")],
            await FindingsAsync("cri-o"));
    }

    [Fact]
    public async Task What_a_runtime_of_cri_o_lacks_of_the_default_one_is_told()
    {
        await ExplainedContainer.InstallAsync(_host, $"""
            [crio.runtime]
            default_runtime = "crun"
            [crio.runtime.runtimes.crun]
            runtime_path = "/usr/bin/crun"
            runtime_root = "/run/crun"
            allowed_annotations = ["io.containers.trace-syscall"]
            [crio.runtime.runtimes.hooked]
            runtime_path = "{Repository.Wrapper}"
            runtime_type = "oci"
            """, "/etc/crio/crio.conf.d/10-hooked.conf");
        await ExplainedContainer.InstallAsync(_host, """{"runtime":"/usr/bin/crun","log":{"journald":false}}""", "/etc/ocihooks/config.json");

        Assert.Equal(
            [
                ("ok", $"registered as \"hooked\", for pods whose RuntimeClass has the handler hooked: {Repository.Wrapper}"),
                ("warning", "\"hooked\" lacks runtime_root = \"/run/crun\", which \"crun\" has"),
                ("warning", "\"hooked\" lacks allowed_annotations = [\"io.containers.trace-syscall\"], which \"crun\" has"),
            ],
            await FindingsAsync("cri-o"));
    }

    /// <summary>runc has no table here, so CRI-O's settings for it are unknown.</summary>
    [Theory]
    [InlineData("special", "--default", "the default runtime")]
    [InlineData("special", "--name=hooked", "for pods whose RuntimeClass has the handler hooked")]
    [InlineData("runc", "--default", "the default runtime")]
    [InlineData("runc", "--name=hooked", "for pods whose RuntimeClass has the handler hooked")]
    public async Task What_an_install_for_cri_o_made_is_found_right(string standard, string option, string use)
    {
        await ExplainedContainer.InstallAsync(_host, $"""
            [crio.runtime]
            default_runtime = "{standard}"
            [crio.runtime.runtimes.crun]
            runtime_path = "/usr/bin/crun"
            monitor_path = "/usr/bin/conmon"
            [crio.runtime.runtimes.special]
            runtime_path = "/usr/bin/runc"
            runtime_root = "/run/special"
            """, "/etc/crio/crio.conf.d/10-runtimes.conf");
        _ = (await _host.RunAsync(
            Repository.HookCtl, "install", "crio", "--config-file", "/etc/crio/crio.conf.d/ocihooks-hooked.conf", option)).EnsureSuccess();

        Assert.Equal([("ok", $"registered as \"hooked\", {use}: {Repository.Wrapper}")], await FindingsAsync("cri-o"));
    }

    private Task WriteContainerdAsync(string runtimes) => ExplainedContainer.InstallAsync(
        _host,
        "version = 2\n" + runtimes
            .Replace("RUNTIMES", "plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes", StringComparison.Ordinal)
            .Replace("WRAPPER", Repository.Wrapper, StringComparison.Ordinal),
        "/etc/containerd/config.toml");

    private async Task<IReadOnlyList<(string Severity, string Text)>> FindingsAsync(string check) =>
    [
        .. DoctorFinding.All(await _host.RunAsync(Repository.HookCtl, "doctor", "--json", "--no-container"))
            .Where(found => found.Check == check)
            .Select(found => (found.Severity, found.Text)),
    ];
}
