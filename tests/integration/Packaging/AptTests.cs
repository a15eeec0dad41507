namespace IntegrationTests.Packaging;

/// <summary>A package's life by apt.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class AptTests : IDisposable
{
    private const string Settings = "/etc/ocihooks/config.json";
    private const string Example = "/etc/ocihooks/example-rules/10-log-life.json";
    private const string DaemonFile = "/etc/docker/daemon.json";
    private const string DaemonText = """{ "runtimes": { "hooked": { "path": "/usr/bin/runc-wrap" } } }""";

    private readonly PackageHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Installed_it_is_there_and_no_engine_knows()
    {
        Install();

        Assert.Equal(BuiltPackages.Version, _host.Shell("hookctl --version").EnsureSuccess().OutputText.Trim());
        _ = _host.Shell("hookctl list && runc-wrap --version && dpkg --verify ocihooks").EnsureSuccess();
        Assert.False(_host.Has("/etc/docker"));
        Assert.False(_host.Has("/etc/containers/oci/hooks.d"));
    }

    [Fact]
    public void The_recorder_is_found_and_trusted()
    {
        Install();
        _ = _host.Shell("hookctl seccomp record --image 'nginx:*' && hookctl validate --strict").EnsureSuccess();

        Assert.Equal("/usr/libexec/ocihooks/seccomp-recorder", _host.Shell(
            "jq -r .hook.path /etc/ocihooks/hooks.d/seccomp-record-*.json").EnsureSuccess().OutputText.Trim());
        Assert.StartsWith("usage: ", _host.Shell("/usr/libexec/ocihooks/seccomp-recorder --help").EnsureSuccess().OutputText,
            StringComparison.Ordinal);
        Assert.Equal("nothing was denied", _host.Shell("hookctl seccomp denials").EnsureSuccess().OutputText.Trim());
    }

    [Fact]
    public void The_examples_are_valid_rules_that_are_not_in_effect()
    {
        Install();

        string checkedRules = _host.Shell("hookctl validate /etc/ocihooks/example-rules").EnsureSuccess().OutputText;
        Assert.Contains("3 files, 0 errors", checkedRules, StringComparison.Ordinal);
        Assert.Equal("[]", _host.Shell("hookctl list --json | jq -c .rules").EnsureSuccess().OutputText.Trim());
    }

    [Fact]
    public void An_upgrade_keeps_what_was_changed_and_renews_the_rest()
    {
        Install();
        _host.Write(Example, "{}");
        _host.Publish(BuiltPackages.Later);
        _ = _host.Apt("install", "--only-upgrade", "ocihooks").EnsureSuccess();

        Assert.Equal(BuiltPackages.LaterVersion, _host.InstalledVersion);
        Assert.Equal("{}", _host.Read(Example));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _host.Read(Settings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_keeps_changed_settings_beside_the_new_ones()
    {
        Install();
        _host.Write(Settings, """{ "hookTimeout": 7 }""");
        _host.Publish(BuiltPackages.Later);
        _ = _host.Apt("install", "--only-upgrade", "ocihooks").EnsureSuccess();

        Assert.Equal("""{ "hookTimeout": 7 }""", _host.Read(Settings));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _host.Read(Settings + ".dpkg-dist"), StringComparison.Ordinal);
    }

    [Fact]
    public void Removal_tells_who_still_needs_it_and_touches_neither_them_nor_the_configuration()
    {
        Install();
        _host.Write(DaemonFile, DaemonText);
        _host.Write("/etc/containerd/config.toml", "# runc-wrap\n  BinaryName = \"/usr/bin/runc-wrap\"\n");
        _host.Write("/etc/crio/crio.conf.d/10-ours.conf", "# runtime_path = \"/usr/bin/runc-wrap\"\n");
        _host.Write("/etc/containers/containers.conf.d/hooked.conf", "runtime = \"/usr/bin/runc-wrap\"\n");
        _host.Write(Settings, """{ "hookTimeout": 7 }""");

        string told = _host.Apt("remove", "ocihooks").EnsureSuccess().ToString();

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
    public void An_upgrade_tells_nothing()
    {
        Install();
        _host.Write(DaemonFile, DaemonText);
        _host.Publish(BuiltPackages.Later);

        Assert.DoesNotContain("still names", _host.Apt("install", "ocihooks").EnsureSuccess().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_purge_leaves_nothing_but_what_is_not_ours()
    {
        Install();
        _host.Write(Settings, "{}");
        _host.Write("/etc/ocihooks/register", "# nothing yet\n");
        _ = _host.Shell("""
            mkdir -p /run/ocihooks/seccomp/bpf /var/lib/ocihooks/seccomp
            mount -t bpf bpf /run/ocihooks/seccomp/bpf
            touch /var/lib/ocihooks/seccomp/sha256-1.json
            """).EnsureSuccess();
        _ = _host.Apt("purge", "ocihooks").EnsureSuccess();

        Assert.Equal("/etc/ocihooks\n/etc/ocihooks/register\n", _host.Shell(
            "find /usr /etc /var /run -xdev -not -path '/var/lib/apt/*' -not -path '/var/log/*' -path '*ocihooks*' | sort").OutputText);
    }

    [Fact]
    public void It_is_registered_where_the_administrator_has_said_so()
    {
        _host.Write("/etc/ocihooks/register", "# for all new machines\ndocker --default\n");
        Install();

        string daemon = _host.Read(DaemonFile);
        Assert.Contains("/usr/bin/runc-wrap", daemon, StringComparison.Ordinal);
        Assert.Contains("default-runtime", daemon, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registration_that_fails_is_told_and_fails_nothing()
    {
        _host.Write("/etc/ocihooks/register", "no-such-engine");
        _host.Publish(BuiltPackages.Here);
        string told = _host.Apt("install", "ocihooks").EnsureSuccess().ToString();

        Assert.Contains("'hookctl install no-such-engine' of /etc/ocihooks/register failed", told, StringComparison.Ordinal);
        Assert.Contains("install ok installed", _host.Shell("dpkg-query -s ocihooks").OutputText, StringComparison.Ordinal);
    }

    private void Install()
    {
        _host.Publish(BuiltPackages.Here);
        _ = _host.Apt("install", "ocihooks").EnsureSuccess();
    }
}
