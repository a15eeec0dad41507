using System.Text.Json.Nodes;
using IntegrationTests.Engines;
using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl.Doctor;

/// <summary>Tests what <c>hookctl doctor</c> reports about a real dockerd.</summary>
[Trait("Needs", "root")]
[Collection(DockerCollection.Name)]
public sealed class DoctorDockerTests(DockerDaemon docker) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await docker.ResetAsync();

    private string Settings => docker.PathTo("daemon.json");

    public async ValueTask DisposeAsync()
    {
        docker.Configure();
        await docker.ReloadAsync();
        await docker.ResetAsync();
    }

    [Fact]
    public async Task Registrations_are_told_and_that_arguments_cost_a_shell()
    {
        IReadOnlyList<DoctorFinding> found = await FindingsAsync();

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
    public async Task What_the_daemon_has_not_read_yet_is_told_until_it_has()
    {
        docker.Configure("hooked", "later");
        Assert.Contains(
            await FindingsAsync(),
            finding => finding is { Severity: "warning" }
                && finding.Text == $"{Settings} has \"later\", which the running dockerd has not read"
                && finding.Advice!.StartsWith("reload it: ", StringComparison.Ordinal));

        await docker.ReloadAsync();

        await Eventually.TrueAsync(
            async () => await FindingsAsync() is var found
                && !found.Any(finding => finding.Text.Contains("has not read", StringComparison.Ordinal))
                && found.Any(
                    finding => finding.Text.StartsWith("registered as \"hooked\", the default runtime: ", StringComparison.Ordinal)),
            "dockerd has reloaded");
    }

    [Fact]
    public async Task A_link_to_the_wrapper_is_the_wrapper_and_one_that_leads_nowhere_a_problem()
    {
        string link = docker.PathTo("link");
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

        IReadOnlyList<DoctorFinding> found = await FindingsAsync("unix:///no/such/socket");

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
    public async Task A_broken_daemon_json_is_a_problem()
    {
        File.WriteAllText(Settings, "{");

        Assert.Contains("is not valid JSON", Assert.Single(await FindingsAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_runtime_that_the_wrapper_calls_has_and_the_wrapper_has_not_is_told()
    {
        static JsonObject Runtime(string program, bool pivots, params string[] arguments) => new()
        {
            ["runtimeType"] = "io.containerd.runc.v2",
            ["options"] = new JsonObject { ["BinaryName"] = program, ["NoPivotRoot"] = !pivots },
            ["runtimeArgs"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]),
        };
        Install(new JsonObject
        {
            ["runtimes"] = new JsonObject
            {
                ["plain"] = Runtime("runc", false, "--debug"),
                ["alike"] = Runtime(Repository.Wrapper, false, "--wrap-config", "/x", "--debug"),
                ["unlike"] = Runtime(Repository.Wrapper, true),
            },
        });

        Assert.Equal(
            [
                "\"unlike\" has the runtimeArgs [], and \"plain\", which runc-wrap calls, [--debug]",
                "\"unlike\" has the options {\"NoPivotRoot\":false}, and \"plain\", which runc-wrap calls, {\"NoPivotRoot\":true}",
            ],
            (await FindingsAsync("unix:///no/such/socket")).Where(finding => finding.Text.Contains("which runc-wrap calls", StringComparison.Ordinal))
                .Select(finding => finding.Text));
    }

    private void Install(JsonNode settings) => File.WriteAllText(Settings, settings.ToJsonString());

    private async Task<IReadOnlyList<DoctorFinding>> FindingsAsync(string? host = null)
    {
        CommandResult result = await docker.Host.RunAsync(
            "env", $"DOCKER_HOST={host ?? $"unix://{docker.PathTo("docker.sock")}"}", $"DOCKER_CONFIG={docker.PathTo("client")}",
            Repository.HookCtl, "doctor", "--json", "--no-container");
        return [.. DoctorFinding.All(result).Where(finding => finding.Check == "docker")];
    }
}
