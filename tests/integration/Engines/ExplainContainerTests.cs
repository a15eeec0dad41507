using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary><c>hookctl explain CONTAINER</c> with what the engines themselves wrote.</summary>
internal static class ExplainedContainer
{
    internal const string Rule = """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""";

    /// <summary>What is told of a container, which must be a fresh one's: a hook of the rule, and the file is as it would be.</summary>
    internal static void AssertExplained(PrivateHost host, string engine, string id, params IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            JsonNode told = JsonNode.Parse(host.Run(Repository.HookCtl, "explain", name, "--json").EnsureSuccess().Output)!;
            Assert.Equal((engine, id), (told["container"]!["engine"]!.GetValue<string>(), told["container"]!["id"]!.GetValue<string>()));
            Assert.True(told["injected"]!.GetValue<bool>());
            Assert.True(told["upToDate"]!.GetValue<bool>());
            Assert.Contains("/a.json", told["hooks"]!.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>Puts a file where the engine's users would have it.</summary>
    internal static void Install(PrivateHost host, string text, string path) =>
        _ = host.RunWithInput(text, "sh", "-c", "mkdir -p \"$(dirname \"$1\")\" && cat >\"$1\"", "sh", path).EnsureSuccess();
}

/// <summary>Docker's.</summary>
[Trait("Needs", "root")]
[Collection(DockerCollection.Name)]
public sealed class ExplainDockerTests : IDisposable
{
    private readonly DockerDaemon _docker;

    public ExplainDockerTests(DockerDaemon docker)
    {
        _docker = docker;
        _docker.Reset();
    }

    public void Dispose()
    {
        _ = _docker.Host.Run("rm", "-f", "/etc/docker/daemon.json");
        _docker.Reset();
    }

    [Fact]
    public void A_container_is_explained_by_name_and_id()
    {
        _docker.WriteRule("a.json", ExplainedContainer.Rule);
        ExplainedContainer.Install(_docker.Host, File.ReadAllText(_docker.PathTo("daemon.json")), "/etc/docker/daemon.json");
        string id = _docker.DockerRunDetached("hooked", "--name", "explained", DockerDaemon.Image, "sleep", "1000");

        ExplainedContainer.AssertExplained(_docker.Host, "Docker", id, "explained", id, id[..12]);

        _ = _docker.Docker("kill", id).EnsureSuccess();
        _docker.AwaitExit(id);
        CommandResult stopped = _docker.Host.Run(Repository.HookCtl, "explain", "explained");
        Assert.Equal(3, stopped.ExitCode);
        Assert.Contains($"is Docker {id} (explained), which has no ", stopped.ErrorText, StringComparison.Ordinal);
    }
}

/// <summary>containerd's.</summary>
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
    public void A_task_is_explained_by_id_and_namespace()
    {
        File.WriteAllText(Path.Combine(_daemon.Rules, "a.json"), ExplainedContainer.Rule);
        ExplainedContainer.Install(_daemon.Host, File.ReadAllText(_daemon.PathTo("config.toml")), "/etc/containerd/config.toml");
        _ = _daemon.Ctr(_daemon.RunArguments("runc", "--detach", ContainerdDaemon.Image, "explained", "sleep", "1000")).EnsureSuccess();

        ExplainedContainer.AssertExplained(
            _daemon.Host, "containerd", "explained", "explained", "expl", $"{Path.GetFileName(_daemon.Host.Root)}/explained");
    }
}

/// <summary>Podman's.</summary>
[Trait("Needs", "root")]
public sealed class ExplainPodmanTests(PodmanHost podman) : IClassFixture<PodmanHost>, IDisposable
{
    public void Dispose() => podman.Reset();

    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_container_is_explained_by_name_and_id(string runtime)
    {
        podman.Reset(runtime);
        File.WriteAllText(Path.Combine(podman.Rules, "a.json"), ExplainedContainer.Rule);
        ExplainedContainer.Install(podman.Host, $"""
            [storage]
            driver = "vfs"
            runroot = "{podman.PathTo("runroot")}"
            graphroot = "{podman.PathTo("storage")}"
            """, "/etc/containers/storage.conf");
        string id = podman.Podman(["run", "--detach", "--name", "explained", .. podman.RunOptions(), PodmanHost.Image, "sleep", "1000"])
            .EnsureSuccess().OutputText.Trim();

        ExplainedContainer.AssertExplained(podman.Host, "Podman", id, "explained", id, id[..12]);
    }
}

/// <summary>runc's and crun's own.</summary>
[Trait("Needs", "root")]
[Collection(LowLevelCollection.Name)]
public sealed class ExplainRuntimeTests(LowLevelHost host)
{
    [Theory]
    [InlineData("runc")]
    [InlineData("crun")]
    public void A_container_is_explained_by_id(string runtime)
    {
        using var bench = new LowLevelBench(host, runtime);
        File.WriteAllText(Path.Combine(bench.Rules, "a.json"), ExplainedContainer.Rule);
        ExplainedContainer.Install(host.Host, File.ReadAllText(bench.PathTo("settings.json")), "/etc/ocihooks/config.json");
        string id = "explained-" + runtime;
        const string Create = "\"$1\" create --bundle \"$2\" \"$3\" >/dev/null 2>&1 </dev/null";
        _ = host.Host.Shell(Create, Repository.Wrapper, bench.Bundle, id).EnsureSuccess();
        try
        {
            ExplainedContainer.AssertExplained(host.Host, runtime, id, id, id[..^1]);
        }
        finally
        {
            _ = host.Host.Run(runtime, "delete", "--force", id);
            _ = host.Host.Run("rm", "/etc/ocihooks/config.json");
        }
    }
}
