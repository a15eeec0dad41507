using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>Tests examples/compose as in its README, with each Debian's own compose.</summary>
[Collection(SystemsCollection.Name)]
[Trait("Needs", "root")]
public sealed class ComposeExampleTests(DebianSystems systems)
{
    private const string Install = $"""
        set -e
        rm -rf /root/compose /var/backups/volumes
        cp -r {DebianSystem.Examples}/compose /root/compose
        cd /root/compose
        if dpkg --compare-versions "$(docker version --format '{"{{.Server.Version}}"}')" lt 24; then
            sed -n "/^sed /p" README.md | sh -e
        fi
        install -m 755 unreachable snapshot /usr/local/sbin
        install -D -m 644 -t /etc/containers/oci/hooks.d 10-unreachable.json 20-snapshot.json
        sed -i 's/"timeout": [0-9]*/"timeout": 600/' /etc/containers/oci/hooks.d/*.json
        hookctl validate
        """;

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task The_services_reach_each_other_and_a_volume_is_copied_when_its_container_stops(string suite)
    {
        DebianSystem system = await systems.StartAsync(suite);
        await system.ResetAsync();
        _ = (await system.ShellAsync(Install)).EnsureSuccess();
        try
        {
            _ = (await ComposeAsync(system, "up", "--detach")).EnsureSuccess();
            _ = (await ComposeAsync(system, "exec", "-T", "web", "sh", "-c", "echo hello >/data/index.html")).EnsureSuccess();

            await Eventually.EqualAsync("hello\n", async () =>
                (await ComposeAsync(system, "exec", "-T", "reader", "wget", "-q", "-O", "-", "http://web/")).OutputText);
            foreach (string service in new[] { "web", "reader" })
            {
                string routes = (await ComposeAsync(system, "exec", "-T", service, "ip", "route")).EnsureSuccess().OutputText;
                Assert.Contains("unreachable 169.254.0.0/16", routes, StringComparison.Ordinal);
                Assert.Contains("default via ", routes, StringComparison.Ordinal);
            }

            Assert.Equal("", await CopiesAsync(system));
            _ = (await ComposeAsync(system, "stop", "--timeout", "1")).EnsureSuccess();
            await Eventually.EqualAsync("/var/backups/volumes/compose_content hello\n", () => CopiesAsync(system));
        }
        finally
        {
            _ = await ComposeAsync(system, "down", "--volumes", "--timeout", "1");
        }
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public async Task The_last_copies_are_kept(string suite)
    {
        DebianSystem system = await systems.StartAsync(suite);
        await system.ResetAsync();
        _ = (await system.ShellAsync(Install + "\nsed -i 's/\"7\"/\"2\"/' /etc/containers/oci/hooks.d/20-snapshot.json")).EnsureSuccess();
        try
        {
            _ = (await ComposeAsync(system, "up", "--detach")).EnsureSuccess();
            foreach (string text in new[] { "first", "second", "third" })
            {
                _ = (await ComposeAsync(system, "exec", "-T", "web", "sh", "-c", $"echo {text} >/data/index.html")).EnsureSuccess();
                _ = (await ComposeAsync(system, "restart", "--timeout", "1", "web")).EnsureSuccess();
            }

            await Eventually.EqualAsync("/var/backups/volumes/compose_content second\n/var/backups/volumes/compose_content third\n",
                () => CopiesAsync(system));
        }
        finally
        {
            _ = await ComposeAsync(system, "down", "--volumes", "--timeout", "1");
        }
    }

    /// <summary>Returns the volume of each copy and the content of its file, oldest first.</summary>
    private static async Task<string> CopiesAsync(DebianSystem system) => (await system.ShellAsync(
        "for copy in /var/backups/volumes/*/*; do [ -e \"$copy\" ] && echo \"${copy%/*} $(cat \"$copy/index.html\")\"; done; true"))
            .EnsureSuccess().OutputText;

    private static Task<CommandResult> ComposeAsync(DebianSystem system, params IEnumerable<string> arguments) => system.ShellAsync(
        "export COMPOSE_HTTP_TIMEOUT=600; cd /root/compose; "
        + "if docker compose version >/dev/null 2>&1; then exec docker compose \"$@\"; fi; exec docker-compose \"$@\"",
        arguments);
}
