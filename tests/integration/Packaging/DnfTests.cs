namespace IntegrationTests.Packaging;

/// <summary>Tests a package's life with dnf.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class DnfTests : IAsyncLifetime
{
    private const string Settings = "/etc/ocihooks/config.json";
    private const string Changed = """{ "hookTimeout": 7 }""";

    private readonly DnfRoot _root = new();

    public ValueTask InitializeAsync() => _root.InitializeAsync();

    public ValueTask DisposeAsync() => _root.DisposeAsync();

    [Fact]
    public async Task Installed_it_is_there_as_packed_and_no_engine_knows()
    {
        await InstallAsync();

        Assert.Equal(BuiltPackages.Version, (await _root.ChrootAsync("/usr/bin/hookctl", "--version")).OutputText.Trim());
        Assert.Equal("", (await _root.RpmAsync("--verify", "ocihooks")).OutputText);
        Assert.False(Directory.Exists(_root.Inside("/etc/docker")));
    }

    [Fact]
    public async Task The_recorder_is_found_and_trusted()
    {
        await InstallAsync();
        _ = await _root.ChrootAsync("/usr/bin/hookctl", "seccomp", "record", "--name", "web");

        Assert.Contains("\"/usr/libexec/ocihooks/seccomp-recorder\"",
            File.ReadAllText(Assert.Single(Directory.GetFiles(_root.Inside("/etc/ocihooks/hooks.d")))), StringComparison.Ordinal);
        _ = await _root.ChrootAsync("/usr/bin/hookctl", "validate", "--strict");
    }

    [Fact]
    public async Task An_upgrade_keeps_changed_settings_beside_the_new_ones_and_tells_nothing()
    {
        await InstallAsync();
        _root.Write(Settings, Changed);
        _root.Write("/etc/docker/daemon.json", "/usr/bin/runc-wrap");
        await _root.PublishAsync(await BuiltPackages.LaterAsync());
        string said = (await _root.DnfAsync("upgrade", "ocihooks")).ToString();

        Assert.Equal(BuiltPackages.LaterVersion, (await _root.RpmAsync("--query", "--queryformat", "%{VERSION}", "ocihooks")).OutputText);
        Assert.Equal(Changed, _root.Read(Settings));
        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _root.Read(Settings + ".rpmnew"), StringComparison.Ordinal);
        Assert.DoesNotContain("still names", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_renews_settings_that_nobody_changed()
    {
        await InstallAsync();
        await _root.PublishAsync(await BuiltPackages.LaterAsync());
        _ = await _root.DnfAsync("upgrade", "ocihooks");

        Assert.EndsWith(BuiltPackages.LaterSettings + "\n", _root.Read(Settings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removal_tells_who_still_needs_it_and_keeps_changed_settings()
    {
        await InstallAsync();
        _root.Write(Settings, Changed);
        _root.Write("/etc/docker/daemon.json", """{ "runtimes": { "hooked": { "path": "/usr/bin/runc-wrap" } } }""");
        string said = (await _root.DnfAsync("remove", "ocihooks")).ToString();

        Assert.Contains(
            "/etc/docker/daemon.json still names /usr/bin/runc-wrap: take it out by hand", said, StringComparison.Ordinal);
        Assert.Equal(Changed, _root.Read(Settings + ".rpmsave"));
        Assert.False(File.Exists(_root.Inside("/usr/bin/runc-wrap")));
        Assert.False(Directory.Exists(_root.Inside("/usr/share/ocihooks")));
        Assert.False(Directory.Exists(_root.Inside("/usr/libexec/ocihooks")));
    }

    [Fact]
    public async Task It_is_registered_where_the_administrator_has_said_so()
    {
        _root.Write("/etc/ocihooks/register", "docker --default --config-file /etc/docker/daemon.json\n");
        await InstallAsync();

        Assert.Contains("/usr/bin/runc-wrap", _root.Read("/etc/docker/daemon.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_that_fails_is_told_and_fails_nothing()
    {
        _root.Write("/etc/ocihooks/register", "no-such-engine");
        await _root.PublishAsync(await BuiltPackages.HereAsync());
        string said = (await _root.DnfAsync("install", "ocihooks")).ToString();

        Assert.Contains("'hookctl install no-such-engine' of /etc/ocihooks/register failed", said, StringComparison.Ordinal);
        Assert.Contains("ocihooks", (await _root.RpmAsync("-q", "ocihooks")).OutputText, StringComparison.Ordinal);
    }

    private async Task InstallAsync()
    {
        await _root.PublishAsync(await BuiltPackages.HereAsync());
        _ = await _root.DnfAsync("install", "ocihooks");
    }
}
