using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>What becomes of containers that run while the package below them changes.</summary>
[Collection(CollectionName)]
[Trait("Needs", "root")]
public sealed class UpgradeTests : IDisposable
{
    /// <summary>These wait for two builds of packages, and are a collection of their own.</summary>
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

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Hooks_of_a_running_container_run_after_an_upgrade(string runtime)
    {
        StartContainer(runtime);
        _host.Publish(BuiltPackages.Later);
        _ = _host.Apt("install", "--only-upgrade", "ocihooks").EnsureSuccess();
        Assert.Equal(BuiltPackages.LaterVersion, _host.InstalledVersion);

        _ = Runtime("/usr/bin/runc-wrap", "delete", "--force", _id).EnsureSuccess();

        Assert.Equal("createRuntime\npoststop\n", File.ReadAllText(Log));
    }

    /// <summary>The hook cannot run without runc-wrap, but a container can be got rid of, and the removal told.</summary>
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_running_container_can_be_deleted_after_removal(string runtime)
    {
        StartContainer(runtime);
        _ = _host.Apt("remove", "ocihooks").EnsureSuccess();

        _ = Runtime(runtime, "delete", "--force", _id);

        Assert.DoesNotContain(_id, Runtime(runtime, "list").EnsureSuccess().OutputText, StringComparison.Ordinal);
        Assert.Equal("createRuntime\n", File.ReadAllText(Log));
    }

    private void StartContainer(string runtime)
    {
        _host.Publish(BuiltPackages.Here);
        _ = _host.Apt("install", "ocihooks").EnsureSuccess();
        _ = _host.Shell(Bundle, _host.Root, $"/{Path.GetFileName(_host.Root)}").EnsureSuccess();
        _host.Write("/etc/ocihooks/config.json", $$"""
            { "runtime": "{{runtime}}", "hookTimeout": {{Patience.Limit.TotalSeconds}}, "log": { "journald": false } }
            """);
        foreach (string stage in new[] { "createRuntime", "poststop" })
        {
            _host.Write($"/etc/containers/oci/hooks.d/{stage}.json", $$"""
                { "version": "1.0.0", "hook": { "path": "/bin/sh", "args": ["sh", "-c", "cat >/dev/null; echo {{stage}} >>{{Log}}"] },
                  "when": { "always": true }, "stages": ["{{stage}}"] }
                """);
        }

        _ = Runtime("/usr/bin/runc-wrap", "create", "--bundle", $"{_host.Root}/bundle", _id).EnsureSuccess();
        _ = Runtime("/usr/bin/runc-wrap", "start", _id).EnsureSuccess();
    }

    private CommandResult Runtime(string program, params string[] arguments) => _host.Shell(
        "exec \"$@\" </dev/null", [program, "--root", $"{_host.Root}/state", .. arguments.Select(argument => (ByteString)argument)]);
}
