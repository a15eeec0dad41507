using System.Text.Json.Nodes;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>What <c>hookctl doctor</c> says of a real dockerd.</summary>
[Trait("Needs", "root")]
[Collection(DockerCollection.Name)]
public sealed class DoctorDockerTests : IDisposable
{
    private readonly DockerDaemon _docker;

    public DoctorDockerTests(DockerDaemon docker)
    {
        _docker = docker;
        _docker.Reset();
        Install(_docker.PathTo("daemon.json"));
    }

    public void Dispose()
    {
        _ = _docker.Host.Run("rm", "-f", "/etc/docker/daemon.json");
        _docker.Configure();
        _docker.Reload();
        _docker.Reset();
    }

    [Fact]
    public void Registrations_are_told_and_that_arguments_cost_a_shell()
    {
        IReadOnlyList<DoctorFinding> found = Findings();

        Assert.Equal(
            [
                ("ok", $"registered as \"hooked\", for containers with --runtime=hooked: {Repository.Wrapper}"),
                ("ok", $"registered as \"hooked-crun\", for containers with --runtime=hooked-crun: {Repository.Wrapper}"),
                (
                    "warning",
                    "\"hooked-crun\" has runtimeArgs, for which dockerd writes a shell script: each call of the runtime costs a shell"),
            ],
            found.Select(finding => (finding.Severity, finding.Text)));
    }

    [Fact]
    public void What_the_daemon_has_not_read_yet_is_told_until_it_has()
    {
        _docker.Configure("hooked", "later");
        Install(_docker.PathTo("daemon.json"));
        Assert.Contains(
            Findings(),
            finding => finding is { Severity: "warning" }
                && finding.Text == "/etc/docker/daemon.json has \"later\", which the running dockerd has not read"
                && finding.Advice!.StartsWith("reload it: ", StringComparison.Ordinal));

        _docker.Reload();

        Eventually.True(
            () => Findings() is var found
                && !found.Any(finding => finding.Text.Contains("has not read", StringComparison.Ordinal))
                && found.Any(
                    finding => finding.Text.StartsWith("registered as \"hooked\", the default runtime: ", StringComparison.Ordinal)),
            "dockerd has reloaded");
    }

    [Fact]
    public void A_link_to_the_wrapper_is_the_wrapper_and_one_that_leads_nowhere_a_problem()
    {
        string link = _docker.PathTo("link");
        File.CreateSymbolicLink(link, Repository.Wrapper);
        Install(new JsonObject
        {
            ["runtimes"] = new JsonObject
            {
                ["linked"] = new JsonObject { ["path"] = link },
                ["shim"] = new JsonObject
                {
                    ["runtimeType"] = "io.containerd.runc.v2",
                    ["options"] = new JsonObject { ["BinaryName"] = Repository.Wrapper },
                },
                ["gone"] = new JsonObject { ["path"] = "/no/such/runc-wrap" },
                ["other"] = new JsonObject { ["path"] = "/usr/bin/crun" },
            },
        });

        IReadOnlyList<DoctorFinding> found = Findings("unix:///no/such/socket");

        Assert.Equal(
            [
                ("ok", $"registered as \"linked\", for containers with --runtime=linked: {link}"),
                ("ok", $"registered as \"shim\", for containers with --runtime=shim: {Repository.Wrapper}"),
                ("ok", "registered as \"gone\", for containers with --runtime=gone: /no/such/runc-wrap"),
                ("problem", "\"gone\" is /no/such/runc-wrap, which does not exist: its containers cannot be created"),
            ],
            found.SkipLast(1).Select(finding => (finding.Severity, finding.Text)));
        Assert.StartsWith("dockerd was not asked which runtimes it has: ", found[^1].Text, StringComparison.Ordinal);
        Assert.Equal("note", found[^1].Severity);
    }

    [Fact]
    public void A_broken_daemon_json_is_a_problem()
    {
        _ = _docker.Host.RunWithInput("{", "sh", "-c", "cat >/etc/docker/daemon.json").EnsureSuccess();

        Assert.Contains("is not valid JSON", Assert.Single(Findings()).Text, StringComparison.Ordinal);
    }

    private void Install(string file) => Install(JsonNode.Parse(File.ReadAllText(file))!);

    private void Install(JsonNode settings) => _ = _docker.Host.RunWithInput(
        settings.ToJsonString(), "sh", "-c", "mkdir -p /etc/docker && cat >/etc/docker/daemon.json").EnsureSuccess();

    private IReadOnlyList<DoctorFinding> Findings(string? host = null)
    {
        CommandResult result = _docker.Host.Run(
            "env", $"DOCKER_HOST={host ?? $"unix://{_docker.PathTo("docker.sock")}"}", $"DOCKER_CONFIG={_docker.PathTo("client")}",
            Repository.HookCtl, "doctor", "--json", "--no-container");
        return [.. DoctorFinding.All(result).Where(finding => finding.Check == "docker")];
    }
}
