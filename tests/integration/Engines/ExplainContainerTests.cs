using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>Helpers to test <c>hookctl explain CONTAINER</c> with files that the engines wrote.</summary>
internal static class ExplainedContainer
{
    internal const string Rule = """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""";

    /// <summary>Asserts that explain reports, for a new container, a hook of the rule and an up-to-date config.json.</summary>
    internal static async Task AssertExplainedAsync(PrivateHost host, string engine, string id, params IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            JsonNode told = JsonNode.Parse((await host.RunAsync(Repository.HookCtl, "explain", name, "--json")).EnsureSuccess().Output)!;
            Assert.Equal((engine, id), (told["container"]!["engine"]!.GetValue<string>(), told["container"]!["id"]!.GetValue<string>()));
            Assert.True(told["injected"]!.GetValue<bool>());
            Assert.True(told["upToDate"]!.GetValue<bool>());
            Assert.Contains("/a.json", told["hooks"]!.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Writes a file at the path where the engine's users would install it.</summary>
    internal static async Task InstallAsync(PrivateHost host, string text, string path) =>
        _ = (await host.RunWithInputAsync(text, "sh", "-c", "mkdir -p \"$(dirname \"$1\")\" && cat >\"$1\"", "sh", path)).EnsureSuccess();
}

/// <summary>Tests explain with Docker.</summary>
[Trait("Needs", "root")]
[Collection(DockerCollection.Name)]
public sealed class ExplainDockerTests(DockerDaemon docker) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await docker.ResetAsync();

    public async ValueTask DisposeAsync()
    {
        _ = await docker.Host.RunAsync("rm", "-f", "/etc/docker/daemon.json");
        await docker.ResetAsync();
    }

    [Fact]
    public async Task A_container_is_explained_by_name_and_id()
    {
        docker.WriteRule("a.json", ExplainedContainer.Rule);
        await ExplainedContainer.InstallAsync(docker.Host, File.ReadAllText(docker.PathTo("daemon.json")), "/etc/docker/daemon.json");
        string id = await docker.DockerRunDetachedAsync("hooked", "--name", "explained", DockerDaemon.Image, "sleep", "1000");

        await ExplainedContainer.AssertExplainedAsync(docker.Host, "Docker", id, "explained", id, id[..12]);

        _ = (await docker.DockerAsync("kill", id)).EnsureSuccess();
        await docker.AwaitExitAsync(id);
        CommandResult stopped = await docker.Host.RunAsync(Repository.HookCtl, "explain", "explained");
        Assert.Equal(3, stopped.ExitCode);
        Assert.Contains($"is Docker {id} (explained), which has no ", stopped.ErrorText, StringComparison.Ordinal);
    }
}

/// <summary>Tests explain with containerd.</summary>
[Trait("Needs", "root")]
public sealed class ExplainContainerdTests : IClassFixture<ContainerdDaemon>
{
    private readonly ContainerdDaemon _daemon;

    public ExplainContainerdTests(ContainerdDaemon daemon)
    {
        _daemon = daemon;
        _daemon.Reset();
    }

    [Fact]
    public async Task A_task_is_explained_by_id_and_namespace()
    {
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), ExplainedContainer.Rule);
        await ExplainedContainer.InstallAsync(_daemon.Host, File.ReadAllText(_daemon.PathTo("config.toml")), "/etc/containerd/config.toml");
        _ = (await _daemon.CtrAsync(_daemon.RunArguments("runc", "--detach", ContainerdDaemon.Image, "explained", "sleep", "1000"))).EnsureSuccess();

        await ExplainedContainer.AssertExplainedAsync(
            _daemon.Host, "containerd", "explained", "explained", "expl", $"{Path.GetFileName(_daemon.Host.Root)}/explained");
    }
}

/// <summary>Tests explain with Podman.</summary>
[Trait("Needs", "root")]
public sealed class ExplainPodmanTests(PodmanHost podman) : IClassFixture<PodmanHost>, IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await podman.ResetAsync();

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_container_is_explained_by_name_and_id(string runtime)
    {
        await podman.ResetAsync(runtime);
        File.WriteAllText(Path.Combine(podman.Rules, "a.json"), ExplainedContainer.Rule);
        await ExplainedContainer.InstallAsync(podman.Host, $"""
            [storage]
            driver = "vfs"
            runroot = "{podman.PathTo("runroot")}"
            graphroot = "{podman.PathTo("storage")}"
            """, "/etc/containers/storage.conf");
        string id = (await podman.PodmanAsync(["run", "--detach", "--name", "explained", .. podman.RunOptions(), PodmanHost.Image, "sleep", "1000"]))
            .EnsureSuccess().OutputText.Trim();

        await ExplainedContainer.AssertExplainedAsync(podman.Host, "Podman", id, "explained", id, id[..12]);
    }
}

/// <summary>Tests explain with runc and crun.</summary>
[Trait("Needs", "root")]
[Collection(LowLevelCollection.Name)]
public sealed class ExplainRuntimeTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public async Task A_container_is_explained_by_id(string runtime)
    {
        await using LowLevelBench bench = await LowLevelBench.MakeAsync(host, runtime);
        File.WriteAllText(Path.Combine(bench.Rules, "a.json"), ExplainedContainer.Rule);
        await ExplainedContainer.InstallAsync(host.Host, File.ReadAllText(bench.PathTo("settings.json")), "/etc/ocihooks/config.json");
        string id = "explained-" + runtime;
        const string Create = "\"$1\" create --bundle \"$2\" \"$3\" >/dev/null 2>&1 </dev/null";
        _ = (await host.Host.ShellAsync(Create, Repository.Wrapper, bench.Bundle, id)).EnsureSuccess();
        try
        {
            await ExplainedContainer.AssertExplainedAsync(host.Host, runtime, id, id, id[..^1]);
        }
        finally
        {
            _ = await host.Host.RunAsync(runtime, "delete", "--force", id);
            _ = await host.Host.RunAsync("rm", "/etc/ocihooks/config.json");
        }
    }
}
