using System.Text;
using HookEngine.Bundles;
using HookEngine.Identity;
using HookEngine.Linux;

namespace Tests.Unit.Identity;

/// <summary>Bundles and files of engines, laid out as engines do, under a directory of the test's own.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class IdentityReaderTests : IDisposable
{
    private const string Id = "9b8377fb425e0b77ff506de8139e6778aa7bee2c9c2f0829d3f40d32a377db01";

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Docker_tells_name_image_labels_and_user()
    {
        ContainerIdentity docker = DockerIdentity($$$"""
            {"ID":"{{{Id}}}","Name":"/web1","Image":"sha256:1111",
             "Config":{"Image":"nginx:1.25","Labels":{"team":"web","x":null},"User":"nobody"},"Other":{"a":[1]}}
            """);

        Assert.Equal(
            ("docker", "web1", "docker.io/library/nginx:1.25", "nobody", Id),
            (docker.Engine, docker.Container, docker.Image, docker.UserName, docker.Id));
        Assert.Equal(["sha256:aaaa", "sha256:1111"], docker.ImageDigests);
        Assert.Equal(["web"], docker.Values(ContainerText.Label, "team"));
        Assert.Equal(["0", "0:0", "nobody"], docker.Values(ContainerText.User));
    }

    [Fact]
    public void An_image_that_was_named_by_its_ID_has_no_reference() =>
        Assert.Null(DockerIdentity($$$"""{"ID":"{{{Id}}}","Name":"/a","Image":"sha256:1111","Config":{"Image":"1111"}}""").Image);

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"ID":"another"}""")]
    [InlineData("")]
    public void Files_that_are_broken_or_anothers_tell_nothing(string config)
    {
        ContainerIdentity docker = DockerIdentity(config);

        Assert.Equal(("docker", null, null), (docker.Engine, docker.Container, docker.Image));
        Assert.Empty(docker.Values(ContainerText.Label, "team"));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Files_that_others_may_write_tell_nothing(UnixFileMode more)
    {
        string file = WriteDockerFile($$$"""{"ID":"{{{Id}}}","Name":"/a"}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        Assert.Null(Read(DockerBundle(), DockerRoot, asksEngine: true).Container);
    }

    /// <summary>Whoever runs a container chooses the sources of its mounts, and a container its name; neither leads anywhere.</summary>
    [Fact]
    public void What_a_user_chooses_leads_to_no_file()
    {
        string forged = Path.Combine(_root, "forged", "containers", Id);
        Directory.CreateDirectory(forged);
        File.WriteAllText(Path.Combine(forged, "config.v2.json"), $$$"""{"ID":"{{{Id}}}","Name":"/trusted","Config":{"Image":"trusted"}}""");

        ContainerIdentity identity = Read(
            DockerBundle(),
            $$$"""
            {"root":{"path":"{{{_root}}}/data/overlay2/layer/merged"},"hostname":"../../forged",
             "mounts":[{"destination":"/etc/hostname","source":"{{{forged}}}/hostname","options":["rbind"]}]}
            """,
            asksEngine: true);

        Assert.Equal(("docker", null, null), (identity.Engine, identity.Container, identity.Image));
    }

    [Fact]
    public void The_engines_files_are_read_only_if_asked_for()
    {
        _ = WriteDockerFile($$$"""{"ID":"{{{Id}}}","Name":"/a"}""");

        ContainerIdentity identity = Read(DockerBundle(), DockerRoot, asksEngine: false);

        Assert.Equal(("docker", null), (identity.Engine, identity.Container));
    }

    [Fact]
    public void Podman_tells_name_and_image()
    {
        string storage = Path.Combine(_root, "storage");
        string bundle = Path.Combine(storage, "overlay-containers", Id, "userdata");
        Directory.CreateDirectory(bundle);
        Directory.CreateDirectory(Path.Combine(storage, "overlay-images"));
        File.WriteAllText(Path.Combine(storage, "overlay-containers", "containers.json"), $$$"""
            [{"id":"other","image":"x"},
             {"id":"{{{Id}}}","names":["p1"],"image":"2222","metadata":"{\"image-name\":\"localhost/web:1\",\"name\":\"p1\"}"}]
            """);
        File.WriteAllText(Path.Combine(storage, "overlay-images", "images.json"), """[{"id":"2222","digest":"sha256:bbbb"}]""");

        ContainerIdentity podman = Read(bundle, """{"annotations":{"io.container.manager":"libpod"}}""", asksEngine: true);

        Assert.Equal(("podman", "p1", "localhost/web:1"), (podman.Engine, podman.Container, podman.Image));
        Assert.Equal(["sha256:bbbb", "sha256:2222"], podman.ImageDigests);
    }

    [Fact]
    public void Containerds_CRI_tells_namespace_pod_and_image_by_annotations()
    {
        ContainerIdentity cri = Read(Task("k8s.io"), Sample("cri-container.json"), asksEngine: true);

        Assert.Equal(
            ("cri", "myns", "mypod", "myctr", "container", "localhost/busybox:dev"),
            (cri.Engine, cri.Namespace, cri.Pod, cri.Container, cri.ContainerType, cri.Image));
        Assert.Equal("sandbox", Read(Task("k8s.io"), Sample("cri-sandbox.json"), asksEngine: true).ContainerType);
    }

    /// <summary>Where anybody may set annotations, they do not make a Kubernetes container.</summary>
    [Theory]
    [InlineData("moby", "docker")]
    [InlineData("moby-231072.231072", "docker")]
    [InlineData("default", "containerd")]
    public void Annotations_count_only_where_their_engine_sets_them(string directory, string engine)
    {
        ContainerIdentity identity = Read(Task(directory), Sample("cri-container.json"), asksEngine: true);

        Assert.Equal((engine, null, null, null), (identity.Engine, identity.Namespace, identity.Pod, identity.Image));
    }

    [Fact]
    public void CRI_O_is_told_from_Podman_by_an_ID_that_only_the_engine_knows()
    {
        string bundle = Path.Combine(_root, "overlay-containers", Id, "userdata");
        Directory.CreateDirectory(bundle);
        string config = """
            {"annotations":{"io.kubernetes.cri-o.ContainerID":"ID","io.kubernetes.cri-o.Namespace":"claimed","io.kubernetes.pod.namespace":"ns",
             "io.kubernetes.cri-o.ImageName":"docker.io/library/nginx:1","io.kubernetes.cri-o.ImageRef":"docker.io/library/nginx@sha256:cc",
             "io.kubernetes.cri-o.Labels":"{\"app\":\"web\"}","io.kubernetes.cri-o.ContainerType":"container"}}
            """;

        ContainerIdentity crio = Read(bundle, config.Replace("\"ID\"", $"\"{Id}\"", StringComparison.Ordinal), asksEngine: true);
        ContainerIdentity podman = Read(bundle, config, asksEngine: true);

        Assert.Equal(("cri-o", "ns", "docker.io/library/nginx:1", "container"), (crio.Engine, crio.Namespace, crio.Image, crio.ContainerType));
        Assert.Equal(["sha256:cc"], crio.ImageDigests);
        Assert.Equal(["web"], crio.Values(ContainerText.Label, "app"));
        Assert.Equal(("podman", null), (podman.Engine, podman.Namespace));
    }

    [Fact]
    public void A_bundle_of_nobody_known_is_plain()
    {
        ContainerIdentity plain = Read(_root, Sample("cri-container.json"), asksEngine: true, id: "c1");

        Assert.Equal(("plain", "c1", null), (plain.Engine, plain.Id, plain.Namespace));
    }

    [Theory]
    [InlineData("docker-privileged.json", true)]
    [InlineData("podman-privileged.json", true)]
    [InlineData("docker-config.json", false)]
    [InlineData("docker-device.json", false)]
    [InlineData("podman-config.json", false)]
    [InlineData("cri-container.json", false)]
    [InlineData("ctr-config.json", false)]
    public void Privileged_is_known_by_devices_and_masked_paths(string sample, bool isPrivileged) =>
        Assert.Equal(isPrivileged, Detail(Sample(sample)).IsPrivileged);

    [Theory]
    [InlineData("docker-config.json", "private", false)]
    [InlineData("docker-sharednet.json", "shared", false)]
    [InlineData("docker-v-bind.json", "private", true)]
    [InlineData("podman-config.json", "private", false)]
    [InlineData("cri-container.json", "shared", false)]
    [InlineData("cri-sandbox.json", "host", false)]
    public void Network_and_bind_mounts_are_known_by_the_configuration(string sample, string network, bool hasOwnBindMounts)
    {
        ContainerIdentity identity = Read(_root, Sample(sample), asksEngine: false);

        Assert.Equal((network, hasOwnBindMounts), (identity.Network, identity.Is(ContainerTrait.BindMounts)));
    }

    [Fact]
    public void A_network_namespace_that_is_joined_by_its_path_may_be_the_hosts()
    {
        const string Config = """{"linux":{"namespaces":[{"type":"network","path":"/proc/self/ns/net"}]}}""";

        Assert.Equal("host", Read(_root, Config, asksEngine: false).Network);
    }

    private string DockerRoot =>
        "{\"root\":{\"path\":\"" + _root + "/data/overlay2/layer/merged\"},\"process\":{\"user\":{\"uid\":0,\"gid\":0}}}";

    private ContainerIdentity DockerIdentity(string file)
    {
        _ = WriteDockerFile(file);
        return Read(DockerBundle(), DockerRoot, asksEngine: true);
    }

    private string WriteDockerFile(string text)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_root, "data", "containers", Id)).FullName;
        string images = Directory.CreateDirectory(Path.Combine(_root, "data", "image", "overlay2")).FullName;
        string file = Path.Combine(directory, "config.v2.json");
        File.WriteAllText(file, text);
        File.WriteAllText(
            Path.Combine(images, "repositories.json"),
            """{"Repositories":{"nginx":{"nginx:1.25":"sha256:1111","nginx@sha256:aaaa":"sha256:1111","nginx@sha256:ffff":"sha256:2222"}}}""");
        return file;
    }

    private string DockerBundle() => Task("moby");

    private string Task(string directory) =>
        Directory.CreateDirectory(Path.Combine(_root, "io.containerd.runtime.v2.task", directory, Id)).FullName;

    private static ContainerIdentity Read(string bundle, string config, bool asksEngine, string? id = null)
    {
        string file = Path.Combine(bundle, "config.json");
        File.WriteAllText(file, config);
        return IdentityReader.Read(new FilePath(file), id, Detail(config), asksEngine);
    }

    private static ContainerDetail Detail(string config)
    {
        ContainerConfig? parsed = ContainerConfig.Parse(Encoding.UTF8.GetBytes(config), out string? problem, isDetailed: true);
        Assert.Null(problem);
        return parsed!.Detail!;
    }

    private static string Sample(string name)
    {
        string directory = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(directory, "tests", "samples")))
        {
            directory = Path.GetDirectoryName(directory.TrimEnd('/'))!;
        }

        return File.ReadAllText(Path.Combine(directory, "tests", "samples", name));
    }
}
