namespace IntegrationTests.Packaging;

/// <summary>Tests a package's life with apt.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class AptTests : IAsyncLifetime
{
    private const string Settings = "/etc/ocihooks/config.json";
    private const string Example = "/etc/ocihooks/example-rules/10-log-life.json";
    private const string DaemonFile = "/etc/docker/daemon.json";
    private const string DaemonText = """{ "runtimes": { "hooked": { "path": "/usr/bin/runc-wrap" } } }""";

    private readonly PackageHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Installed_it_is_there_and_no_engine_knows()
    {
        await InstallAsync();

        Assert.Equal(BuiltPackages.Version, (await _host.ShellAsync("hookctl --version")).EnsureSuccess().OutputText.Trim());
        _ = (await _host.ShellAsync("hookctl list && runc-wrap --version && dpkg --verify ocihooks")).EnsureSuccess();
        Assert.False(_host.Has("/etc/docker"));
        Assert.False(_host.Has("/etc/containers/oci/hooks.d"));
    }

    [Fact]
    public async Task The_recorder_is_found_and_trusted()
    {
        await InstallAsync();
        _ = (await _host.ShellAsync("hookctl seccomp record --image 'nginx:*' && hookctl validate --strict")).EnsureSuccess();

        Assert.Equal("/usr/libexec/ocihooks/seccomp-recorder", (await _host.ShellAsync(
            "jq -r .hook.path /etc/ocihooks/hooks.d/seccomp-record-*.json")).EnsureSuccess().OutputText.Trim());
        Assert.StartsWith("usage: ", (await _host.ShellAsync("/usr/libexec/ocihooks/seccomp-recorder --help")).EnsureSuccess().OutputText,
            StringComparison.Ordinal);
        Assert.Equal("nothing was denied", (await _host.ShellAsync("hookctl seccomp denials")).EnsureSuccess().OutputText.Trim());
    }

    [Fact]
    public async Task The_examples_are_valid_rules_that_are_not_in_effect()
    {
        await InstallAsync();

        string checkedRules = (await _host.ShellAsync("hookctl validate /etc/ocihooks/example-rules")).EnsureSuccess().OutputText;
        Assert.Contains("3 files, 0 errors", checkedRules, StringComparison.Ordinal);
        Assert.Equal("[]", (await _host.ShellAsync("hookctl list --json | jq -c .rules")).EnsureSuccess().OutputText.Trim());
    }

    [Fact]
    public async Task An_upgrade_keeps_what_was_changed_and_renews_the_rest()
    {
        await InstallAsync();
        _host.Write(Example, "{}");
        await _host.PublishAsync(await BuiltPackages.LaterAsync());
        _ = (await _host.AptAsync("install", "--only-upgrade", "ocihooks")).EnsureSuccess();

        Assert.Equal(BuiltPackages.LaterVersion, await _host.InstalledVersionAsync());
        Assert.Equal("{}", _host.Read(Example));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _host.Read(Settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_keeps_changed_settings_beside_the_new_ones()
    {
        await InstallAsync();
        _host.Write(Settings, """{ "hookTimeout": 7 }""");
        await _host.PublishAsync(await BuiltPackages.LaterAsync());
        _ = (await _host.AptAsync("install", "--only-upgrade", "ocihooks")).EnsureSuccess();

        Assert.Equal("""{ "hookTimeout": 7 }""", _host.Read(Settings));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _host.Read(Settings + ".dpkg-dist"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_tells_who_still_needs_it_and_touches_neither_them_nor_the_configuration()
    {
        await InstallAsync();
        _host.Write(DaemonFile, DaemonText);
        _host.Write("/etc/containerd/config.toml", "# runc-wrap\n  BinaryName = \"/usr/bin/runc-wrap\"\n");
        _host.Write("/etc/crio/crio.conf.d/10-ours.conf", "# runtime_path = \"/usr/bin/runc-wrap\"\n");
        _host.Write("/etc/containers/containers.conf.d/hooked.conf", "runtime = \"/usr/bin/runc-wrap\"\n");
        _host.Write(Settings, """{ "hookTimeout": 7 }""");

        string told = (await _host.AptAsync("remove", "ocihooks")).EnsureSuccess().ToString();

        Assert.Contains($"{DaemonFile} still names /usr/bin/runc-wrap: take it out by hand", told, StringComparison.Ordinal);
        Assert.Contains("/etc/containerd/config.toml still names /usr/bin/runc-wrap", told, StringComparison.Ordinal);
        Assert.Contains("/etc/containers/containers.conf.d/hooked.conf still names", told, StringComparison.Ordinal);
        Assert.DoesNotContain("crio.conf", told, StringComparison.Ordinal);
        Assert.Equal(DaemonText, _host.Read(DaemonFile));
        Assert.Equal("""{ "hookTimeout": 7 }""", _host.Read(Settings));
        Assert.True(_host.Has(Example));
        Assert.False(_host.Has("/usr/bin/runc-wrap"));
    }

    [Fact]
    public async Task An_upgrade_tells_nothing()
    {
        await InstallAsync();
        _host.Write(DaemonFile, DaemonText);
        await _host.PublishAsync(await BuiltPackages.LaterAsync());

        Assert.DoesNotContain("still names", (await _host.AptAsync("install", "ocihooks")).EnsureSuccess().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_leaves_nothing_but_what_is_not_ours()
    {
        await InstallAsync();
        _host.Write(Settings, "{}");
        _host.Write("/etc/ocihooks/register", "# nothing yet\n");
        _ = (await _host.ShellAsync("""
            mkdir -p /run/ocihooks/seccomp/bpf /var/lib/ocihooks/seccomp /etc/ocihooks/hooks.d /etc/ocihooks/seccomp
            mount -t bpf bpf /run/ocihooks/seccomp/bpf
            touch /var/lib/ocihooks/seccomp/sha256-1.json
            """)).EnsureSuccess();
        _ = (await _host.AptAsync("purge", "ocihooks")).EnsureSuccess();

        Assert.Equal("/etc/ocihooks\n/etc/ocihooks/register\n", (await _host.ShellAsync(
            "find /usr /etc /var /run -xdev -not -path '/var/lib/apt/*' -not -path '/var/log/*' -path '*ocihooks*' | sort")).OutputText);
    }

    [Fact]
    public async Task It_is_registered_where_the_administrator_has_said_so()
    {
        _host.Write("/etc/ocihooks/register", "# for all new machines\ndocker --default\n");
        await InstallAsync();

        string daemon = _host.Read(DaemonFile);
        Assert.Contains("/usr/bin/runc-wrap", daemon, StringComparison.Ordinal);
        Assert.Contains("default-runtime", daemon, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_that_fails_is_told_and_fails_nothing()
    {
        _host.Write("/etc/ocihooks/register", "no-such-engine");
        await _host.PublishAsync(await BuiltPackages.HereAsync());
        string told = (await _host.AptAsync("install", "ocihooks")).EnsureSuccess().ToString();

        Assert.Contains("'hookctl install no-such-engine' of /etc/ocihooks/register failed", told, StringComparison.Ordinal);
        Assert.Contains("install ok installed", (await _host.ShellAsync("dpkg-query -s ocihooks")).OutputText, StringComparison.Ordinal);
    }

    private async Task InstallAsync()
    {
        await _host.PublishAsync(await BuiltPackages.HereAsync());
        _ = (await _host.AptAsync("install", "ocihooks")).EnsureSuccess();
    }
}
