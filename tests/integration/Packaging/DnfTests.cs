namespace IntegrationTests.Packaging;

/// <summary>A package's life by dnf.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class DnfTests : IDisposable
{
    private const string Settings = "/etc/ocihooks/config.json";
    private const string Changed = """{ "hookTimeout": 7 }""";

    private readonly DnfRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Installed_it_is_there_as_packed_and_no_engine_knows()
    {
        Install();

        Assert.Equal(BuiltPackages.Version, _root.Chroot("/usr/bin/hookctl", "--version").OutputText.Trim());
        Assert.Equal("", _root.Rpm("--verify", "ocihooks").OutputText);
        Assert.False(Directory.Exists(_root.Inside("/etc/docker")));
    }

    [Fact]
    public void The_recorder_is_found_and_trusted()
    {
        Install();
        _ = _root.Chroot("/usr/bin/hookctl", "seccomp", "record", "--name", "web");

        Assert.Contains("\"/usr/libexec/ocihooks/seccomp-recorder\"",
            File.ReadAllText(Assert.Single(Directory.GetFiles(_root.Inside("/etc/ocihooks/hooks.d")))), StringComparison.Ordinal);
        _ = _root.Chroot("/usr/bin/hookctl", "validate", "--strict");
    }

    [Fact]
    public void An_upgrade_keeps_changed_settings_beside_the_new_ones_and_tells_nothing()
    {
        Install();
        _root.Write(Settings, Changed);
        _root.Write("/etc/docker/daemon.json", "/usr/bin/runc-wrap");
        _root.Publish(BuiltPackages.Later);
        string said = _root.Dnf("upgrade", "ocihooks").ToString();

        Assert.Equal(BuiltPackages.LaterVersion, _root.Rpm("--query", "--queryformat", "%{VERSION}", "ocihooks").OutputText);
        Assert.Equal(Changed, _root.Read(Settings));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _root.Read(Settings + ".rpmnew"), StringComparison.Ordinal);
        Assert.DoesNotContain("still names", said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_renews_settings_that_nobody_changed()
    {
        Install();
        _root.Publish(BuiltPackages.Later);
        _ = _root.Dnf("upgrade", "ocihooks");

        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _root.Read(Settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Removal_tells_who_still_needs_it_and_keeps_changed_settings()
    {
        Install();
        _root.Write(Settings, Changed);
        _root.Write("/etc/docker/daemon.json", """{ "runtimes": { "hooked": { "path": "/usr/bin/runc-wrap" } } }""");
        string said = _root.Dnf("remove", "ocihooks").ToString();

        Assert.Contains(
            "/etc/docker/daemon.json still names /usr/bin/runc-wrap: take it out by hand", said, StringComparison.Ordinal);
        Assert.Equal(Changed, _root.Read(Settings + ".rpmsave"));
        Assert.False(File.Exists(_root.Inside("/usr/bin/runc-wrap")));
        Assert.False(Directory.Exists(_root.Inside("/usr/share/ocihooks")));
        Assert.False(Directory.Exists(_root.Inside("/usr/libexec/ocihooks")));
    }

    [Fact]
    public void It_is_registered_where_the_administrator_has_said_so()
    {
        _root.Write("/etc/ocihooks/register", "docker --default --config-file /etc/docker/daemon.json\n");
        Install();

        Assert.Contains("/usr/bin/runc-wrap", _root.Read("/etc/docker/daemon.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_registration_that_fails_is_told_and_fails_nothing()
    {
        _root.Write("/etc/ocihooks/register", "no-such-engine");
        _root.Publish(BuiltPackages.Here);
        string said = _root.Dnf("install", "ocihooks").ToString();

        Assert.Contains("'hookctl install no-such-engine' of /etc/ocihooks/register failed", said, StringComparison.Ordinal);
        Assert.Contains("ocihooks", _root.Rpm("-q", "ocihooks").OutputText, StringComparison.Ordinal);
    }

    private void Install()
    {
        _root.Publish(BuiltPackages.Here);
        _ = _root.Dnf("install", "ocihooks");
    }
}
