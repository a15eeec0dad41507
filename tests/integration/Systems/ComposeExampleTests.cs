using IntegrationTests.Fixture;

namespace IntegrationTests.Systems;

/// <summary>examples/compose as its README has it, with each Debian's own compose.</summary>
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
    public void The_services_reach_each_other_and_a_volume_is_copied_when_its_container_stops(string suite)
    {
        DebianSystem system = systems[suite];
        system.Reset();
        _ = system.Shell(Install).EnsureSuccess();
        try
        {
            _ = Compose(system, "up", "--detach").EnsureSuccess();
            _ = Compose(system, "exec", "-T", "web", "sh", "-c", "echo hello >/data/index.html").EnsureSuccess();

            Eventually.Equal("hello\n", () => Compose(system, "exec", "-T", "reader", "wget", "-q", "-O", "-", "http://web/").OutputText);
            foreach (string service in new[] { "web", "reader" })
            {
                string routes = Compose(system, "exec", "-T", service, "ip", "route").EnsureSuccess().OutputText;
                Assert.Contains("unreachable 169.254.0.0/16", routes, StringComparison.Ordinal);
                Assert.Contains("default via ", routes, StringComparison.Ordinal);
            }

            Assert.Equal("", Copies(system));
            _ = Compose(system, "stop", "--timeout", "1").EnsureSuccess();
            Eventually.Equal("/var/backups/volumes/compose_content hello\n", () => Copies(system));
        }
        finally
        {
            _ = Compose(system, "down", "--volumes", "--timeout", "1");
        }
    }

    [Theory]
    [Suite("bookworm")]
    [Suite("trixie")]
    [Suite("forky")]
    public void The_last_copies_are_kept(string suite)
    {
        DebianSystem system = systems[suite];
        system.Reset();
        _ = system.Shell(Install + "\nsed -i 's/\"7\"/\"2\"/' /etc/containers/oci/hooks.d/20-snapshot.json").EnsureSuccess();
        try
        {
            _ = Compose(system, "up", "--detach").EnsureSuccess();
            foreach (string text in new[] { "first", "second", "third" })
            {
                _ = Compose(system, "exec", "-T", "web", "sh", "-c", $"echo {text} >/data/index.html").EnsureSuccess();
                _ = Compose(system, "restart", "--timeout", "1", "web").EnsureSuccess();
            }

            Eventually.Equal("/var/backups/volumes/compose_content second\n/var/backups/volumes/compose_content third\n",
                () => Copies(system));
        }
        finally
        {
            _ = Compose(system, "down", "--volumes", "--timeout", "1");
        }
    }

    /// <summary>Each copy's volume and what its file says, oldest first.</summary>
    private static string Copies(DebianSystem system) => system.Shell(
        "for copy in /var/backups/volumes/*/*; do [ -e \"$copy\" ] && echo \"${copy%/*} $(cat \"$copy/index.html\")\"; done; true")
            .EnsureSuccess().OutputText;

    private static CommandResult Compose(DebianSystem system, params IEnumerable<string> arguments) => system.Shell(
        "export COMPOSE_HTTP_TIMEOUT=600; cd /root/compose; "
        + "if docker compose version >/dev/null 2>&1; then exec docker compose \"$@\"; fi; exec docker-compose \"$@\"",
        arguments);
}
