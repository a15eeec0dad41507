using HookCtl.Containers;
using HookCtl.Engines;
using HookCtl.Files;
using Linux;

namespace UnitTests.HookCtl.Containers;

/// <summary>Tests the search with files as engines write them, in a directory that replaces /.</summary>
public sealed class ContainerSearchTests : IDisposable
{
    private const string DockerBundles = "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby";
    private const string SharedBundles = "/run/containerd/io.containerd.runtime.v2.task";

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("abc1")]
    [InlineData("web")]
    [InlineData("ab")]
    public async Task A_docker_container_is_found_by_id_name_and_beginning(string wanted)
    {
        Write("/var/lib/docker/containers/abc1/config.v2.json", """{"Name":"/web"}""");
        Write($"{DockerBundles}/abc1/config.json");

        Assert.Equal(("Docker", "abc1", _root + $"{DockerBundles}/abc1/config.json"), await FoundAsync(wanted));
    }

    [Fact]
    public async Task Dockers_own_directories_are_those_of_its_configuration()
    {
        Write("/etc/docker/daemon.json", """{"data-root":"/d","exec-root":"/e"}""");
        Write("/d/containers/abc1/config.v2.json", """{"Name":"/web"}""");
        Write("/e/containerd/daemon/io.containerd.runtime.v2.task/moby/abc1/config.json");

        Assert.Equal("abc1", (await FoundAsync("web")).Id);
    }

    [Fact]
    public async Task With_user_namespaces_dockers_containers_are_one_directory_deeper()
    {
        Write("/var/lib/docker/1000.1000/containers/abc1/config.v2.json", """{"Name":"/web"}""");
        Write($"{DockerBundles}/abc1/config.json");

        Assert.Equal(("Docker", "abc1", _root + $"{DockerBundles}/abc1/config.json"), await FoundAsync("web"));
    }

    [Fact]
    public async Task A_docker_container_of_the_machines_containerd_is_one_container()
    {
        Write("/var/lib/docker/containers/abc1/config.v2.json", """{"Name":"/web"}""");
        Write($"{SharedBundles}/moby/abc1/config.json");

        Assert.Equal(("Docker", "abc1", _root + $"{SharedBundles}/moby/abc1/config.json"), await FoundAsync("web"));
    }

    [Fact]
    public async Task A_container_that_is_not_created_is_told_from_one_that_is_not_known()
    {
        Write("/var/lib/docker/containers/abc1/config.v2.json", """{"Name":"/web"}""");

        Assert.StartsWith("web: is Docker abc1 (web), which has no ", await FailureAsync("web"), StringComparison.Ordinal);
        Assert.Contains("no container in /var/lib/docker, " + DockerBundles, await FailureAsync("webb"), StringComparison.Ordinal);
        Assert.Contains("/run/crun", await FailureAsync("webb"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_in_several_namespaces_of_containerd_is_ambiguous()
    {
        Write("/etc/containerd/config.toml", "version = 2\nstate = '/s' # here\n[grpc]\nstate = \"/no\"\n");
        Write("/s/io.containerd.runtime.v2.task/one/c1/config.json");
        Write("/s/io.containerd.runtime.v2.task/two/c1/config.json");

        Assert.StartsWith("c1: may be containerd c1 (one/c1), or containerd c1 (two/c1);", await FailureAsync("c1"), StringComparison.Ordinal);
        Assert.EndsWith("/two/c1/config.json", (await FoundAsync("two/c1")).Config, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_beginning_of_several_ids_is_ambiguous_unless_it_is_one_itself()
    {
        Write($"{SharedBundles}/default/c1/config.json");
        Write($"{SharedBundles}/default/c12/config.json");

        Assert.StartsWith("c: may be ", await FailureAsync("c"), StringComparison.Ordinal);
        Assert.Equal("c1", (await FoundAsync("c1")).Id);
    }

    [Fact]
    public async Task A_podman_container_is_found_by_name_whatever_its_storage_driver_and_runtime()
    {
        Write("/etc/containers/storage.conf", "[storage]\ndriver = \"vfs\"\ngraphroot = \"/g\"\n");
        Write("/g/vfs-containers/containers.json", """[{"id":"p1","names":["web"]},{"id":7},null]""");
        Write("/g/vfs-containers/p1/userdata/config.json");
        Write("/run/crun/p1/status", """{"bundle":"/g/vfs-containers/p1/userdata"}""");

        Assert.Equal(("Podman", "p1", _root + "/g/vfs-containers/p1/userdata/config.json"), await FoundAsync("web"));
        Assert.Equal("Podman", (await FoundAsync("p1")).Engine);
    }

    /// <summary>
    /// Containers of --rm have a separate file. With a transient store this file and all bundles are in another directory.
    /// </summary>
    [Theory]
    [InlineData("/g", "/g/overlay-containers/p1/userdata/config.json")]
    [InlineData("/r", "/r/overlay-containers/p1/userdata/config.json")]
    public async Task A_podman_container_that_is_removed_at_its_end_is_found_by_name(string root, string config)
    {
        Write("/etc/containers/storage.conf", "[storage]\ngraphroot = \"/g\"\nrunroot = \"/r\"\n");
        Write($"{root}/overlay-containers/volatile-containers.json", """[{"id":"p1","names":["web"]}]""");
        Write(config);
        Directory.CreateDirectory(_root + "/r/overlay-containers/p1/userdata");

        Assert.Equal(("Podman", "p1", _root + config), await FoundAsync("web"));
    }

    [Fact]
    public async Task Settings_in_imported_files_and_drop_ins_count()
    {
        Write("/etc/containerd/config.toml", "version = 2\nimports = [\"conf.d/*.toml\"]\nstate = \"/no\"\n");
        Write("/etc/containerd/conf.d/a.toml", "version = 2\nstate = \"/s\"\nimports = [\"/etc/containerd/config.toml\"]\n");
        Write("/s/io.containerd.runtime.v2.task/k8s.io/c1/config.json");
        Write("/etc/containers/storage.conf", "[storage]\ngraphroot = \"/no\"\n");
        Write("/etc/containers/storage.conf.d/a.conf", "storage.graphroot = \"/g\"\n");
        Write("/g/overlay-containers/p1/userdata/config.json");

        Assert.Equal("containerd", (await FoundAsync("c1")).Engine);
        Assert.Equal("Podman", (await FoundAsync("p1")).Engine);
    }

    [Fact]
    public async Task Runc_and_crun_know_the_bundle()
    {
        Write("/run/runc/r1/state.json", """{"config":{"labels":["x=y","bundle=/b/r1"]}}""");
        Write("/run/crun/k1/status", """{"bundle":"/b/k1"}""");
        Write("/b/r1/config.json");
        Write("/b/k1/config.json");

        Assert.Equal(("runc", "r1", _root + "/b/r1/config.json"), await FoundAsync("r1"));
        Assert.Equal(("crun", "k1", _root + "/b/k1/config.json"), await FoundAsync("k1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"config":{"labels":7},"Name":[],"bundle":{},"data-root":1}""")]
    [InlineData("""{"config":[],"labels":["bundle=/b"]}""")]
    public async Task Files_that_no_engine_writes_are_passed_over(string text)
    {
        string[] files =
        [
            "/etc/docker/daemon.json", "/etc/containerd/config.toml", "/etc/containers/storage.conf", "/run/crun/bad/status",
            "/run/runc/bad/state.json", "/var/lib/docker/containers/bad/config.v2.json",
            "/var/lib/containers/storage/overlay-containers/containers.json",
        ];
        foreach (string file in files)
        {
            Write(file, text);
        }

        Write($"{SharedBundles}/default/good/config.json");

        Assert.Equal("containerd", (await FoundAsync("good")).Engine);
    }

    /// <summary>The text is read as by Go, the language of Docker, Podman and runc.</summary>
    [Fact]
    public async Task Half_a_surrogate_pair_and_what_is_not_utf8_is_a_replaced_character()
    {
        Write("/etc/docker/daemon.json", """{"hosts":["unix:///\udc00"],"\ud800":1,"data-root":"/d\ud800"}""");
        Write("/d\uFFFD/containers/abc1/config.v2.json", """{"Name":"/we\udc00b"}""");
        Write("/var/lib/containers/storage/overlay-containers/containers.json", """[{"id":"p1","names":["\ud800","pod"]}]""");
        Write("/var/lib/containers/storage/overlay-containers/p1/userdata/config.json");
        Write("/run/runc/r1/state.json", """{"config":{"labels":["\ud800","bundle=/b\ud83d"]}}""");
        Write("/b\uFFFD/config.json");
        Write("/run/crun/k1/status", """{"bundle":"/b/k1\udfff"}""");
        Write("/b/k1\uFFFD/config.json");
        Write($"{DockerBundles}/abc1/config.json");

        Assert.Equal("Docker", (await FoundAsync("we\uFFFDb")).Engine);
        Assert.Equal("Podman", (await FoundAsync("pod")).Engine);
        Assert.Equal("runc", (await FoundAsync("r1")).Engine);
        Assert.Equal("crun", (await FoundAsync("k1")).Engine);
    }

    [Theory]
    [InlineData("data-root")]
    [InlineData("exec-root")]
    [InlineData("pidfile")]
    public async Task What_cannot_be_a_path_is_told_with_its_file(string key)
    {
        Write("/etc/docker/daemon.json", $$"""{"{{key}}":"/d\u0000"}""");

        Assert.StartsWith($"/etc/docker/daemon.json: {key}: has the character U+0000, ", await FailureAsync("web"), StringComparison.Ordinal);
    }

    private async Task<(string Engine, string Id, string Config)> FoundAsync(string wanted)
    {
        FoundContainer container = await ContainerSearch.FindAsync(wanted, new EngineFiles(_root), CancellationToken.None);
        return (container.Engine, container.Id, container.Config);
    }

    private async Task<string> FailureAsync(string wanted) => (await Assert.ThrowsAsync<OciHooksException>(
        () => ContainerSearch.FindAsync(wanted, new EngineFiles(_root), CancellationToken.None))).Message;

    private void Write(string path, string text = "{}")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
    }
}
