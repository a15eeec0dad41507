using System.Text;
using HookCtl.Containers;
using HookCtl.Docker;
using HookCtl.Install;
using HookCtl.Toml;
using HookEngine.Bundles;
using HookEngine.Identity;
using HookEngine.Linux;

namespace Tests.Unit.Mutation;

/// <summary>Readers of what engines keep.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal static class EngineReaders
{
    private const string Id = "9b8377fb425e0b77ff506de8139e6778aa7bee2c9c2f0829d3f40d32a377db01";

    private const string Docker = $$$"""
        {"ID":"{{{Id}}}","Name":"/web1","Image":"sha256:1111","Config":{"Image":"nginx:1.25","Labels":{"team":"web","x":null},"User":"nobody"}}
        """;

    private const string Podman = $$$"""
        [{"id":"{{{Id}}}","names":["web"],"image":"1111","metadata":"{\"name\":\"web\",\"image-name\":\"docker.io/library/nginx:1\"}"}]
        """;

    private const string Images = """[{"id":"1111","digest":"sha256:aaaa","names":["nginx"]}]""";

    private const string Repositories = """{"Repositories":{"nginx":{"nginx:1":"sha256:1111","nginx@sha256:aaaa":"sha256:1111"}}}""";

    internal static IReadOnlyList<MutatedReader> All { get; } =
    [
        new("daemon.json", "/FILE", (text, _) => Edit(text),
            """{"runtimes":{"hooked":{"path":"/usr/bin/runc-wrap","runtimeArgs":[]},"x":{"path":"/x"}},"default-runtime":"hooked","data-root":"/d"}""",
            "// a\n{\n  \"runtimes\": {}, /* b */\n  \"default-runtime\": \"runc\"\n}\n"),
        new("TOML", "/FILE", (text, _) => ReadToml(text),
            "version = 2\nimports = [\"/etc/c/*.toml\", 'x']\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\n  runtime_type = \"r\" # c\n"
            + "  [plugins.'a'.b]\n  x = { y = [1, 2,], z = \"\\u00e9\" }\n",
            "[crio.runtime]\ndefault_runtime = \"runc\"\n[crio.runtime.runtimes.hooked]\nruntime_path = \"/usr/bin/runc-wrap\"\n",
            "[engine]\nruntime = \"crun\"\n[engine.runtimes]\nrunc = [\n  \"/usr/bin/runc\", # a\n  '''x\ny''',\n]\n[[a]]\nb = 2020-01-01\n"),
        new("Docker's container", "config.v2.json", (text, files) => Identify(files, "config.v2.json", text), Docker),
        new("Docker's repositories", "repositories.json", (text, files) => Identify(files, "repositories.json", text), Repositories),
        new("Podman's containers", "containers.json", (text, files) => Identify(files, "containers.json", text), Podman),
        new("Podman's images", "images.json", (text, files) => Identify(files, "images.json", text), Images),
        new("hookctl's engine files", "", ListContainers,
            Docker, Podman, """{"data-root":"/var/lib/docker","exec-root":"/run/docker"}""", """{"config":{"labels":["bundle=/b"]},"bundle":"/b"}""",
            "state = \"/run/containerd\"\nimports = [\"conf.d/*.toml\"]\n[storage]\ngraphroot = \"/g\"\n"),
        new("image reference", "", (text, _) => ImageReference.Normalize(Encoding.UTF8.GetString(text)),
            "nginx", "docker.io/library/nginx:1.25@sha256:aaaa", "localhost:5000/a/b:c"),
    ];

    private static void Edit(byte[] text)
    {
        DaemonJson? daemon = DaemonJson.Parse("/FILE", text);
        _ = daemon?.Default;
        byte[] installed = DaemonJson.Install("/FILE", text, "hooked", "/usr/bin/runc-wrap", makeDefault: true);
        _ = DaemonJson.Parse("/FILE", installed)!.Without("hooked", "runc");
        _ = DaemonJson.Parse("/FILE", installed)!.Without("hooked", null);
    }

    private static void ReadToml(byte[] text)
    {
        TomlText toml = TomlText.Parse("/FILE", text);
        _ = TomlStrings.Of(toml).ToList();
        _ = ContainerdSettings.Imports(toml, "/etc/containerd/config.toml").ToList();
    }

    private static void Identify(MutatedFiles files, string name, byte[] text)
    {
        string data = Path.Combine(files.Root, "data"), graph = Path.Combine(files.Root, "graph");
        (string Name, string Path, string Text)[] all =
        [
            ("config.v2.json", $"{data}/containers/{Id}/config.v2.json", Docker),
            ("repositories.json", $"{data}/image/overlay2/repositories.json", Repositories),
            ("containers.json", $"{graph}/overlay-containers/containers.json", Podman),
            ("images.json", $"{graph}/overlay-images/images.json", Images),
        ];
        foreach ((string known, string path, string good) in all)
        {
            if (known == name)
            {
                _ = files.Write(path, text);
            }
            else if (!File.Exists(path))
            {
                _ = files.Write(path, good);
            }
        }

        string moby = $"{files.Root}/run/io.containerd.runtime.v2.task/moby/{Id}/config.json";
        string podman = $"{graph}/overlay-containers/{Id}/userdata/config.json";
        byte[] config = Encoding.UTF8.GetBytes($$$"""{"root":{"path":"{{{data}}}/overlay2/layer/merged"}}""");
        foreach (string bundle in (string[])[moby, podman])
        {
            _ = File.Exists(bundle) ? bundle : files.Write(bundle, config);
            ContainerDetail detail = ContainerConfig.Parse(config, out _, isDetailed: true)!.Detail!;
            EngineQuestions questions = EngineQuestions.AllButLabels;
            questions.Ask(ContainerText.Label, "team");
            _ = IdentityReader.Read(new FilePath(bundle), Id, detail, questions);
        }
    }

    private static void ListContainers(byte[] text, MutatedFiles files)
    {
        foreach (string path in (string[])
            [
                "etc/docker/daemon.json", $"var/lib/docker/containers/{Id}/config.v2.json", "etc/containers/storage.conf",
                "var/lib/containers/storage/overlay-containers/containers.json", $"run/runc/{Id}/state.json", $"run/crun/{Id}/status",
                "etc/containerd/config.toml",
            ])
        {
            _ = files.Write(path, text);
        }

        _ = Directory.CreateDirectory(Path.Combine(files.Root, "var/lib/containers/storage/overlay-containers", Id));
        var engines = new EngineFiles(files.Root);
        _ = DockerContainers.List(engines).ToList();
        _ = PodmanContainers.List(engines).ToList();
        _ = ContainerdContainers.List(engines).ToList();
        _ = RuntimeContainers.List(engines).ToList();
    }
}
