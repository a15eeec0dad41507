using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>Tests containers that run while their package changes.</summary>
[Collection(CollectionName)]
[Trait("Needs", "root")]
public sealed class UpgradeTests : IAsyncLifetime
{
    /// <summary>The name of a separate collection, because these tests wait for two builds of packages.</summary>
    public const string CollectionName = "upgrades";

    private const string Bundle = """
        set -e
        mkdir -p "$1/bundle/rootfs/bin" "$1/state" /etc/containers/oci/hooks.d
        cp /bin/busybox "$1/bundle/rootfs/bin/sleep"
        cd "$1/bundle"
        runc spec
        jq --arg path "$2" '.process.terminal = false | .process.args = ["/bin/sleep", "1000"] | .linux.cgroupsPath = $path' \
            config.json >new.json
        mv new.json config.json
        """;

    private readonly PackageHost _host = new();
    private readonly string _id = $"ocihooks-upgrade-{Guid.NewGuid():N}";

    private string Log => Path.Combine(_host.Root, "hook.log");

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task Hooks_of_a_running_container_run_after_an_upgrade(string runtime)
    {
        await StartContainerAsync(runtime);
        await _host.PublishAsync(await BuiltPackages.LaterAsync());
        _ = (await _host.AptAsync("install", "--only-upgrade", "ocihooks")).EnsureSuccess();
        Assert.Equal(BuiltPackages.LaterVersion, await _host.InstalledVersionAsync());

        _ = (await RuntimeAsync("/usr/bin/runc-wrap", "delete", "--force", _id)).EnsureSuccess();

        Assert.Equal("createRuntime\npoststop\n", File.ReadAllText(Log));
    }

    /// <summary>The hook cannot run without runc-wrap, but the container can be deleted, and the removal is reported.</summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_running_container_can_be_deleted_after_removal(string runtime)
    {
        await StartContainerAsync(runtime);
        _ = (await _host.AptAsync("remove", "ocihooks")).EnsureSuccess();

        // A delete that fails is tried again, as engines do: on a busy machine the killed process may still be there.
        await Eventually.TrueAsync(() => IsDeletedAsync(runtime), "the container is gone");
        Assert.Equal("createRuntime\n", File.ReadAllText(Log));
    }

    private async Task<bool> IsDeletedAsync(string runtime)
    {
        _ = await RuntimeAsync(runtime, "delete", "--force", _id);
        return !(await RuntimeAsync(runtime, "list")).EnsureSuccess().OutputText.Contains(_id, StringComparison.Ordinal);
    }

    private async Task StartContainerAsync(string runtime)
    {
        await _host.PublishAsync(await BuiltPackages.HereAsync());
        _ = (await _host.AptAsync("install", "ocihooks")).EnsureSuccess();
        _ = (await _host.ShellAsync(Bundle, _host.Root, $"/{Path.GetFileName(_host.Root)}")).EnsureSuccess();
        _host.Write("/etc/ocihooks/config.json", $$"""
            { "runtime": "{{runtime}}", "hookTimeout": {{TestTimeout.Limit.TotalSeconds}}, "log": { "journald": false } }
            """);
        foreach (string stage in new[] { "createRuntime", "poststop" })
        {
            _host.Write($"/etc/containers/oci/hooks.d/{stage}.json", $$"""
                { "version": "1.0.0", "hook": { "path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo {{stage}} >>{{Log}}"] },
                  "when": { "always": true }, "stages": ["{{stage}}"] }
                """);
        }

        _ = (await RuntimeAsync("/usr/bin/runc-wrap", "create", "--bundle", $"{_host.Root}/bundle", _id)).EnsureSuccess();
        _ = (await RuntimeAsync("/usr/bin/runc-wrap", "start", _id)).EnsureSuccess();
    }

    private Task<CommandResult> RuntimeAsync(string program, params string[] arguments) => _host.ShellAsync(
        "exec \"$@\" </dev/null", [program, "--root", $"{_host.Root}/state", .. arguments]);
}
