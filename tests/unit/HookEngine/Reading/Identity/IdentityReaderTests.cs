using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using HookEngine.Reading.Identity;
using Linux;

namespace UnitTests.HookEngine.Reading.Identity;

/// <summary>Bundles and files of engines, laid out as engines do, in the test's own directory.</summary>
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
            {"ID":"{{{Id}}}","Name":"/web1","Driver":"overlay2","Image":"sha256:1111",
             "Config":{"Image":"nginx:1.25","Labels":{"team":"web","x":null},"User":"nobody"},"Other":{"a":[1]}}
            """);

        Assert.Equal(
            ("docker", "web1", "docker.io/library/nginx:1.25", "nobody", Id),
            (docker.Engine.Text, docker.Container.Text, docker.Image.Text, docker.UserName.Text, docker.Id));
        Assert.Equal(["sha256:aaaa", "sha256:1111"], docker.ImageDigest.Values);
        Assert.Equal(["web"], docker.Of(ContainerText.Label, "team").Values);
        Assert.Equal(["0", "0:0", "nobody"], docker.Of(ContainerText.User).Values);
        Assert.All(s_ofDocker, kind => Assert.Null(docker.Of(kind, "team").Unknown));
    }

    /// <summary>A container that is run by an image's ID or digest has the names of that image.</summary>
    [Theory]
    [InlineData("nginx:1.25", "docker.io/library/nginx:1.25")]
    [InlineData("1111", "docker.io/library/nginx:1.25 docker.io/library/nginx@sha256:aaaa")]
    [InlineData("sha256:1111", "docker.io/library/nginx:1.25 docker.io/library/nginx@sha256:aaaa")]
    [InlineData("nginx@sha256:aaaa", "docker.io/library/nginx@sha256:aaaa docker.io/library/nginx:1.25")]
    [InlineData("web:2@sha256:aaaa", "docker.io/library/web:2@sha256:aaaa docker.io/library/web:2 docker.io/library/nginx:1.25 docker.io/library/nginx@sha256:aaaa")]
    public void An_image_has_the_name_that_it_was_run_by_or_those_of_its_ID(string run, string names)
    {
        Fact image = DockerIdentity($$$"""{"ID":"{{{Id}}}","Driver":"overlay2","Image":"sha256:1111","Config":{"Image":"{{{run}}}"}}""").Image;

        Assert.Equal((names, null), (string.Join(' ', image.Values), image.Unknown));
    }

    /// <summary>If Docker stores images in containerd, it has no file with their names.</summary>
    [Theory]
    [InlineData("overlay2", "3333", "", true)]
    [InlineData("overlayfs", "1111", "", true)]
    [InlineData("overlay2", "4444", "", false)]
    [InlineData("overlayfs", "web:1", "docker.io/library/web:1", false)]
    public void Names_of_an_ID_that_are_in_no_file_are_unknown_unless_the_image_has_none(string driver, string run, string names, bool isUnknown)
    {
        string id = run.Length == 4 ? run : "1111";
        Fact image = DockerIdentity($$$"""{"ID":"{{{Id}}}","Driver":"{{{driver}}}","Image":"sha256:{{{id}}}","Config":{"Image":"{{{run}}}"}}""").Image;

        Assert.Equal((names, isUnknown), (string.Join(' ', image.Values), image.Unknown is not null));
    }

    [Theory]
    [InlineData("{", "is not valid JSON")]
    [InlineData("", "is not valid JSON")]
    [InlineData("{}{}", "is not valid JSON")]
    [InlineData("[]", "the file is an array; it must be an object")]
    [InlineData("""{"ID":"another"}""", "is of another container")]
    [InlineData("""{"ID":"ID","Config":7}""", "Config is a number; it must be an object")]
    [InlineData("""{"ID":"ID","Config":{"Labels":{"team":7}}}""", "Config.Labels.team is a number; it must be a string")]
    [InlineData(null, "no containers/ID/config.v2.json is above the root file system")]
    public void What_Docker_has_and_cannot_be_read_is_unknown(string? config, string told)
    {
        ContainerIdentity docker = config is null
            ? Read(DockerBundle(), DockerRoot, asksEngine: true)
            : DockerIdentity(config.Replace("\"ID\":\"ID\"", $"\"ID\":\"{Id}\"", StringComparison.Ordinal));

        Assert.Equal("docker", docker.Engine.Text);
        Assert.All(s_ofDocker, kind => Assert.Contains(
            told.Replace("/ID/", $"/{Id}/", StringComparison.Ordinal), docker.Of(kind, "team").Unknown, StringComparison.Ordinal));
        Assert.Equal(["0", "0:0"], docker.Of(ContainerText.User).Values);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void What_others_may_have_written_is_unknown(UnixFileMode more)
    {
        string file = WriteDockerFile($$$"""{"ID":"{{{Id}}}","Name":"/a"}""");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        Fact name = Read(DockerBundle(), DockerRoot, asksEngine: true).Container;

        Assert.StartsWith($"{file}: can be written by others than root", name.Unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void Digests_that_Docker_pulled_an_image_by_are_unknown_if_its_file_cannot_be_read()
    {
        string file = WriteDockerFile($$$"""{"ID":"{{{Id}}}","Driver":"overlay2","Image":"sha256:1111","Config":{"Image":"nginx"}}""");
        string repositories = Path.Combine(_root, "data", "image", "overlay2", "repositories.json");
        File.WriteAllText(repositories, "{");

        ContainerIdentity docker = Read(DockerBundle(), DockerRoot, asksEngine: true);

        Assert.StartsWith($"{repositories}: is not valid JSON", docker.ImageDigest.Unknown, StringComparison.Ordinal);
        Assert.Equal(["sha256:1111"], docker.ImageDigest.Values);
        Assert.Equal((null, "docker.io/library/nginx:latest"), (docker.Image.Unknown, docker.Image.Text));
        Assert.NotNull(file);
    }

    /// <summary>Labels that no rule asks for may be too many and too long for memory.</summary>
    [Fact]
    public void Labels_that_are_not_asked_for_are_passed_over()
    {
        ContainerIdentity docker = DockerIdentity($$$"""{"ID":"{{{Id}}}","Config":{"Labels":{"x":7,"team":"web"}} }""");

        Assert.Equal("web", docker.Of(ContainerText.Label, "team").Text);
    }

    /// <summary>Whoever runs a container chooses its mount sources and its host name. Neither may lead the reader to a file.</summary>
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

        Assert.Equal(("docker", null, null), (identity.Engine.Text, identity.Container.Text, identity.Image.Text));
    }

    [Fact]
    public void The_engines_files_are_read_only_if_asked_for()
    {
        _ = WriteDockerFile($$$"""{"ID":"{{{Id}}}","Name":"/a"}""");

        ContainerIdentity identity = Read(DockerBundle(), DockerRoot, asksEngine: false);

        Assert.Equal(("docker", null, null), (identity.Engine.Text, identity.Container.Text, identity.Container.Unknown));
    }

    /// <summary>
    /// Podman has a separate file for --rm containers. With a transient store that file is in another directory than the images.
    /// </summary>
    [Theory]
    [InlineData("storage", "containers.json")]
    [InlineData("storage", "volatile-containers.json")]
    [InlineData("run", "volatile-containers.json")]
    public void Podman_tells_name_and_image(string store, string file)
    {
        WriteStored(store, file);
        WriteImages("""
            [{"id":"other"},{"id":"2222","digest":"sha256:bbbb","names":["localhost/web:1","localhost/web:2","x@sha256:eeee"],
              "big-data-digests":{"manifest":"sha256:bbbb","manifest-sha256:cccc":"sha256:cccc","sha256:2222":"sha256:2222"}}]
            """);

        ContainerIdentity podman = ReadStored(store);

        Assert.Equal(("podman", "p1", "localhost/web:1"), (podman.Engine.Text, podman.Container.Text, podman.Image.Text));
        Assert.Equal(["localhost/web:1", "localhost/web:2", "docker.io/library/x@sha256:eeee"], podman.Image.Values);
        Assert.Equal(["sha256:bbbb", "sha256:cccc", "sha256:eeee", "sha256:2222"], podman.ImageDigest.Values);
        Assert.All([podman.Container, podman.Image, podman.ImageDigest], fact => Assert.Null(fact.Unknown));
        Assert.Empty(podman.Of(ContainerText.Label, "team").Values);
    }

    [Theory]
    [InlineData("[]", "[]", "has container ID neither in containers.json nor in volatile-containers.json")]
    [InlineData(null, null, "has container ID neither in containers.json nor in volatile-containers.json")]
    [InlineData("[", "[]", "containers.json: is not valid JSON")]
    [InlineData("[]", "{}", "volatile-containers.json: the file is an object; it must be an array")]
    [InlineData("""[{"id":"ID","image":"2222","metadata":"{"}]""", "[]", "containers.json: the metadata of container ID is not valid JSON")]
    public void A_container_that_Podman_has_and_that_cannot_be_found_is_unknown(string? stable, string? transient, string told)
    {
        WriteStored("storage", "containers.json", stable?.Replace("ID", Id, StringComparison.Ordinal));
        WriteStored("storage", "volatile-containers.json", transient);

        ContainerIdentity podman = ReadStored("storage");

        Assert.All([podman.Container, podman.Image, podman.ImageDigest], fact =>
            Assert.Contains(told.Replace("ID", Id, StringComparison.Ordinal), fact.Unknown, StringComparison.Ordinal));
    }

    [Fact]
    public void One_store_of_Podmans_that_cannot_be_read_is_no_matter_if_the_other_has_the_container()
    {
        WriteStored("storage", "containers.json", "[");
        WriteStored("storage", "volatile-containers.json");

        Assert.Equal(("p1", null), (ReadStored("storage").Container.Text, ReadStored("storage").Container.Unknown));
    }

    /// <summary>Images may be in stores that only Podman's settings name.</summary>
    [Fact]
    public void An_image_of_another_store_is_known_by_its_ID_and_the_name_that_it_was_run_by()
    {
        WriteStored("storage", "containers.json");
        WriteImages("[]");

        ContainerIdentity podman = ReadStored("storage");

        Assert.Equal(("localhost/web:1", "sha256:2222"), (podman.Image.Text, podman.ImageDigest.Text));
        Assert.All([podman.Image, podman.ImageDigest], fact => Assert.Contains("has no image 2222", fact.Unknown, StringComparison.Ordinal));
        Assert.Null(podman.Container.Unknown);
    }

    [Fact]
    public void A_root_file_system_that_is_no_images_has_no_image()
    {
        WriteStored("storage", "containers.json", $$"""[{"id":"{{Id}}","image":"","metadata":"{\"name\":\"p1\"}"}]""");

        ContainerIdentity podman = ReadStored("storage");

        Assert.All([podman.Image, podman.ImageDigest], fact => Assert.Equal((null, null), (fact.Text, fact.Unknown)));
    }

    [Fact]
    public void Containerds_CRI_tells_namespace_pod_and_image_by_annotations()
    {
        ContainerIdentity cri = Read(Task("k8s.io"), Sample("cri-container.json"), asksEngine: true);

        Assert.Equal(
            ("cri", "myns", "mypod", "myctr", "container", "localhost/busybox:dev"),
            (cri.Engine.Text, cri.Namespace, cri.Pod, cri.Container.Text, cri.ContainerType, cri.Image.Text));
        Assert.Equal("sandbox", Read(Task("k8s.io"), Sample("cri-sandbox.json"), asksEngine: true).ContainerType);
    }

    /// <summary>Where anybody may set annotations, these do not make a container a Kubernetes one.</summary>
    [Theory]
    [InlineData("moby", "docker")]
    [InlineData("moby-231072.231072", "docker")]
    [InlineData("default", "containerd")]
    public void Annotations_count_only_where_their_engine_sets_them(string directory, string engine)
    {
        ContainerIdentity identity = Read(Task(directory), Sample("cri-container.json"), asksEngine: true);

        Assert.Equal((engine, null, null, null), (identity.Engine.Text, identity.Namespace, identity.Pod, identity.Image.Text));
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

        Assert.Equal(("cri-o", "ns", "docker.io/library/nginx:1", "container"), (crio.Engine.Text, crio.Namespace, crio.Image.Text, crio.ContainerType));
        Assert.Equal(["sha256:cc"], crio.ImageDigest.Values);
        Assert.Equal(["web"], crio.Of(ContainerText.Label, "app").Values);
        Assert.Equal(("podman", null), (podman.Engine.Text, podman.Namespace));
    }

    /// <summary>
    /// A kubelet asks for the ID of what it pulled, other tools ask for a name. CRI-O reports an arbitrary one of several names.
    /// </summary>
    [Theory]
    [InlineData("registry.corp/secure:1", "docker.io/evil/alias:1", "registry.corp/secure:1 docker.io/evil/alias:1 ghcr.io/a/b:2")]
    [InlineData("ID", "docker.io/evil/alias:1", "docker.io/evil/alias:1 registry.corp/secure:1 ghcr.io/a/b:2")]
    [InlineData("registry.corp/secure@sha256:eeee", "", "registry.corp/secure@sha256:eeee registry.corp/secure:1 docker.io/evil/alias:1 ghcr.io/a/b:2")]
    public void An_image_of_CRI_O_has_all_its_names(string asked, string some, string names)
    {
        WriteImages($$$"""
            [{"id":"{{{Id}}}","digest":"sha256:bbbb","names":["registry.corp/secure:1","docker.io/evil/alias:1","ghcr.io/a/b:2"],
              "big-data-digests":{"manifest":"sha256:bbbb","manifest-sha256:cccc":"sha256:cccc"}}]
            """);

        ContainerIdentity crio = OfCriO("container", asked, some, Id);

        Assert.Equal((names, null), (string.Join(' ', crio.Image.Values), crio.Image.Unknown));
        string[] digests = ["sha256:bbbb", "sha256:cccc", $"sha256:{Id}"];
        Assert.Equal(asked.Contains('@', StringComparison.Ordinal) ? ["sha256:eeee", .. digests] : digests, crio.ImageDigest.Values);
        Assert.Null(crio.ImageDigest.Unknown);
    }

    [Theory]
    [InlineData("container", "ID", "has no image ID")]
    [InlineData("container", "docker.io/library/nginx@sha256:cc", "ImageRef is \"docker.io/library/nginx@sha256:cc\"")]
    [InlineData("container", "", "ImageRef is \"\"")]
    [InlineData("sandbox", "", null)] // of CRI-O's settings
    public void Names_of_an_image_of_CRI_O_that_cannot_be_found_are_unknown(string type, string reference, string? told)
    {
        WriteImages("[]");

        ContainerIdentity crio = OfCriO(type, "registry.corp/secure:1", "docker.io/evil/alias:1", reference);

        Assert.Equal(["registry.corp/secure:1", "docker.io/evil/alias:1"], crio.Image.Values);
        Assert.All([crio.Image, crio.ImageDigest], fact => Assert.Equal(told is null, fact.Unknown is null));
        Assert.Contains((told ?? "").Replace("ID", Id, StringComparison.Ordinal), crio.Image.Unknown ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_of_nobody_known_is_plain()
    {
        ContainerIdentity plain = Read(_root, Sample("cri-container.json"), asksEngine: true, id: "c1");

        Assert.Equal(("plain", "c1", null), (plain.Engine.Text, plain.Id, plain.Namespace));
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

    /// <summary>
    /// A pod may refer to an image by its ID if the image is there already. CRI does not report the names of such an image.
    /// </summary>
    [Theory]
    [InlineData("nginx:1.25", "docker.io/library/nginx:1.25", "", false)]
    [InlineData("ghcr.io/a/b:1@sha256:cc", "ghcr.io/a/b:1@sha256:cc ghcr.io/a/b:1", "sha256:cc", false)]
    [InlineData("sha256:c13d5d043796958421865b9b0343e22744be7ed08661c6358620fec0a1745a16", "", "sha256:c13d5d043796958421865b9b0343e22744be7ed08661c6358620fec0a1745a16", true)]
    [InlineData("c13d5d043796", "", "", true)]
    public void CRI_tells_the_name_that_the_pod_has(string image, string names, string digest, bool isUnknown)
    {
        ContainerIdentity cri = Read(
            Task("k8s.io"),
            $$$"""{"annotations":{"io.kubernetes.cri.container-type":"container","io.kubernetes.cri.image-name":"{{{image}}}"}}""",
            asksEngine: true);

        Assert.Equal(
            (names, digest, isUnknown),
            (string.Join(' ', cri.Image.Values), cri.ImageDigest.Text ?? "", cri.Image.Unknown is not null));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"app":1}""")]
    public void Labels_that_CRI_O_has_and_cannot_be_read_are_unknown(string labels)
    {
        string bundle = Path.Combine(_root, "overlay-containers", Id, "userdata");
        Directory.CreateDirectory(bundle);
        string text = labels.Replace("\"", "\\\"", StringComparison.Ordinal);

        ContainerIdentity crio = Read(
            bundle,
            $$$"""{"annotations":{"io.kubernetes.cri-o.ContainerID":"{{{Id}}}","io.kubernetes.cri-o.Labels":"{{{text}}}"}}""",
            asksEngine: true);

        Assert.Contains("io.kubernetes.cri-o.Labels is not valid JSON", crio.Of(ContainerText.Label, "app").Unknown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker-config.json", "private", false)]
    [InlineData("docker-sharednet.json", "shared", false)]
    [InlineData("docker-v-bind.json", "private", true)]
    [InlineData("podman-config.json", "private", false)]
    [InlineData("cri-container.json", "shared", false)]
    [InlineData("cri-sandbox.json", "host", false)]
    public void Network_and_bind_mounts_are_known_by_the_configuration(string sample, string network, bool hasOwnBindMounts)
    {
        string id = OwnId(Sample(sample));
        string bundle = sample.StartsWith("podman", StringComparison.Ordinal) ? Path.Combine(_root, "overlay-containers", id, "userdata")
            : Path.Combine(_root, "io.containerd.runtime.v2.task", sample.StartsWith("cri", StringComparison.Ordinal) ? "k8s.io" : "moby", id);
        Directory.CreateDirectory(bundle);

        ContainerIdentity identity = Read(bundle, Sample(sample), asksEngine: false);

        Assert.Equal((network, hasOwnBindMounts), (identity.Of(ContainerText.Network).Text, identity.Is(ContainerTrait.BindMounts)));
    }

    /// <summary>The annotations and the root path distinguish the engine's own mounts from others.</summary>
    [Theory]
    [InlineData("k8s.io", "\"annotations\":5", "/run/sandboxes/ID/hosts", "annotations is a number")]
    [InlineData("k8s.io", "\"annotations\":{\"io.kubernetes.cri.sandbox-id\":[]}", "/run/sandboxes/ID/hosts", "annotations.io.kubernetes.cri.sandbox-id is an array")]
    [InlineData("moby", "\"root\":{\"path\":5}", "/data/containers/OTHER/hosts", "root.path is a number")]
    [InlineData("moby", "\"root\":{\"path\":5}", "/data/containers/ID/hosts", null)] // its own, wherever it is
    [InlineData("moby", "\"annotations\":{\"k\":\"v\"}", "/srv", null)]
    [InlineData(null, "\"annotations\":5", "/srv", null)] // nobody's but the user's
    public void Bind_mounts_are_unknown_if_that_is_which_tells_the_engines_own(string? engine, string member, string source, string? told)
    {
        string real = source.Replace("ID", Id, StringComparison.Ordinal).Replace("OTHER", new string('a', 64), StringComparison.Ordinal);
        ContainerIdentity identity = Read(
            engine is null ? _root : Task(engine),
            $$$"""{{{{member}}},"mounts":[{"destination":"/etc/hosts","source":"{{{real}}}","options":["rbind"]}]}""",
            asksEngine: false);

        string? unknown = identity.WhyUnknown(ContainerTrait.BindMounts);

        Assert.Equal(told is null, unknown is null);
        Assert.Contains(told ?? "", unknown ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_namespace_that_is_joined_by_its_path_may_be_the_hosts()
    {
        const string Config = """{"linux":{"namespaces":[{"type":"network","path":"/proc/self/ns/net"}]}}""";

        Assert.Equal("host", Read(_root, Config, asksEngine: false).Of(ContainerText.Network).Text);
    }

    [Fact]
    public void A_network_namespace_that_cannot_be_examined_is_unknown()
    {
        string link = Path.Combine(_root, "loop");
        _ = File.CreateSymbolicLink(link, link);

        Fact network = Read(_root, $$$"""{"linux":{"namespaces":[{"type":"network","path":"{{{link}}}"}]}}""", asksEngine: false)
            .Of(ContainerText.Network);

        Assert.StartsWith($"{link} cannot be examined", network.Unknown, StringComparison.Ordinal);
    }

    /// <summary>The properties that only Docker's files contain.</summary>
    private static readonly ContainerText[] s_ofDocker =
        [ContainerText.Image, ContainerText.ImageDigest, ContainerText.Label, ContainerText.Container, ContainerText.User];

    /// <summary>Returns the ID that an engine gave the container whose configuration is a sample.</summary>
    private static string OwnId(string sample) =>
        System.Text.RegularExpressions.Regex.Match(sample, "/containers/([0-9a-f]{64})/|-containers/([0-9a-f]{64})/").Groups.Values.Skip(1)
            .FirstOrDefault(group => group.Success)?.Value ?? Id;

    private void WriteStored(string store, string file) => WriteStored(store, file, $$$"""
        [{"id":"other","image":"x"},
         {"id":"{{{Id}}}","names":["p1"],"image":"2222","metadata":"{\"image-name\":\"localhost/web:1\",\"name\":\"p1\"}"}]
        """);

    private void WriteStored(string store, string file, string? text)
    {
        string directory = Path.Combine(_root, store, "overlay-containers");
        Directory.CreateDirectory(directory);
        if (text is not null)
        {
            File.WriteAllText(Path.Combine(directory, file), text);
        }
    }

    private void WriteImages(string text)
    {
        Directory.CreateDirectory(Path.Combine(_root, "storage", "overlay-images"));
        File.WriteAllText(Path.Combine(_root, "storage", "overlay-images", "images.json"), text);
    }

    private ContainerIdentity ReadStored(string store)
    {
        string bundle = Path.Combine(_root, store, "overlay-containers", Id, "userdata");
        Directory.CreateDirectory(bundle);
        return Read(
            bundle,
            "{\"annotations\":{\"io.container.manager\":\"libpod\"},\"root\":{\"path\":\"" + _root + "/storage/overlay/layer/merged\"}}",
            asksEngine: true);
    }

    private ContainerIdentity OfCriO(string type, string asked, string some, string reference)
    {
        string bundle = Path.Combine(_root, "run", "overlay-containers", Id, "userdata");
        Directory.CreateDirectory(bundle);
        string Known(string text) => text == "ID" ? Id : text;
        return Read(
            bundle,
            $$$"""
            {"root":{"path":"{{{_root}}}/storage/overlay/layer/merged"},
             "annotations":{"io.kubernetes.cri-o.ContainerID":"{{{Id}}}","io.kubernetes.cri-o.ContainerType":"{{{type}}}",
              "io.kubernetes.cri-o.Image":"{{{Known(asked)}}}","io.kubernetes.cri-o.ImageName":"{{{some}}}",
              "io.kubernetes.cri-o.ImageRef":"{{{Known(reference)}}}"}}
            """,
            asksEngine: true);
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
        string content = Directory.CreateDirectory(Path.Combine(images, "imagedb", "content", "sha256")).FullName;
        File.WriteAllText(Path.Combine(content, "4444"), "{}");
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
        RequestedFacts questions = asksEngine ? RequestedFacts.AllButLabels : new RequestedFacts();
        if (asksEngine)
        {
            questions.Ask(ContainerText.Label, "team");
        }

        return IdentityReader.Read(new FilePath(file), id, Detail(config), questions);
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
