using System.Text;
using HookCtl.Engines;
using HookCtl.Engines.Containerd;
using HookCtl.Engines.Docker;
using HookCtl.Files;
using HookCtl.Runs;
using HookCtl.Toml;
using HookEngine.Model;
using HookEngine.Reading.Identity;
using Linux;

namespace Fuzz;

/// <summary>Readers of the engines' files: settings, and data about containers and images.</summary>
internal static class EngineTargets
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly RuntimeTable s_runtime = new RuntimeTable().With("\"io.containerd.runc.v2\"", "runtime_type");

    internal static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("toml", Toml,
            "version = 2\nimports = [\"a.toml\"] # x\n[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n  default_runtime_name = 'runc'\r\n"
            + "[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]\n  runtime_type = \"io.containerd.runc.v2\"\n  options = {SystemdCgroup = true, a.b = [1, 2.5e3, inf]}\n",
            "version = 3\n[engine]\nruntimes.a = [ \"/x\", '''y''', ]\n[[l]]\nd = 1979-05-27T07:32:00Z\nb = \"\"\"\\\n \\u00e4\"\"\"\n[[l]]\nh = 0xdead_beef"),
        new("daemon-json", Daemon,
            "{\n  \"runtimes\": {\"x\": {\"path\": \"/x\", \"runtimeArgs\": [\"--debug\"]}, \"k\": {\"runtimeType\": \"io.containerd.kata.v2\", \"options\": {\"a\": 1}}},\n"
            + "  \"default-runtime\": \"x\"\n}\n"),
        new("engine-json", text => EngineJson.Parse(Encoding.UTF8.GetString(text)), "{\"a\":\"\\ud83d\\ude00\\ud83d\",\"b\":[1,null]}"),
        new("log-line", text => _ = FileRuns.Record(text), "{\"time\":\"2025-01-01T00:00:00Z\",\"message\":\"m\",\"ocihooksExitCode\":\"1\",\"ocihooksDuration\":\"0.5\"}"),
        new("journal-line", text => _ = JournalRuns.Fields(Encoding.UTF8.GetString(text)), "{\"MESSAGE\":[104,105],\"__REALTIME_TIMESTAMP\":\"1\",\"A\":[\"x\",[1]]}"),
        new("docker-container", DockerContainers, "tests/samples/docker-config.v2.json"),
        new("docker-images", DockersImages, "{\"Repositories\":{\"busybox\":{\"busybox:latest\":\"sha256:ab\",\"busybox@sha256:cd\":\"sha256:ab\"}}}"),
        new("podman-container", PodmanContainers, $"[{{\"id\":\"{Id}\",\"names\":[\"n\"],\"image\":\"ab\",\"metadata\":\"{{\\\"image-name\\\":\\\"i:1\\\",\\\"name\\\":\\\"n\\\"}}\"}}]"),
        new("podman-images", PodmansImages, "[{\"id\":\"ab\",\"digest\":\"sha256:cd\",\"names\":[\"docker.io/library/busybox:latest\"],\"big-data-digests\":{\"manifest-sha256:ef\":\"sha256:ef\"}}]"),
        new("image-reference", ImageReferences, "docker.io/library/busybox:1.36@sha256:0123", "localhost:5000/a", Id),
    ];

    /// <summary>Adding a runtime keeps the text valid TOML, with everything that was in it before.</summary>
    private static void Toml(byte[] text)
    {
        TomlText toml = TomlText.Parse("f", text);
        foreach (TomlValue value in toml.Values.Where(value => !value.IsInlineTable))
        {
            FuzzTarget.Ensure(TomlText.ParseValue(value.Meaning).Meaning == value.Meaning, "a value that is written anew means something else");
        }

        var file = new ContainerdToml("/etc/f", text);
        byte[] with = file.WithRuntime("hooked", s_runtime, s_runtime, makeDefault: false);
        FuzzTarget.Ensure(with.AsSpan().StartsWith(text), "what was there is not there any more");
        FuzzTarget.Ensure(new ContainerdToml("/etc/f", with).PathOf("hooked") is not null, "the runtime is not there");
        _ = new ContainerdToml("/etc/f", file.WithImport("/x")).WithoutImport("/x");
    }

    /// <summary>A text that dockerd accepts is still accepted after the runtime is added, and then contains the runtime.</summary>
    private static void Daemon(byte[] text)
    {
        foreach (bool makeDefault in new[] { false, true })
        {
            byte[] with = DaemonJson.Install("f", text, "hooked", "/usr/bin/runc-wrap", makeDefault, "x");
            DaemonJson daemon = DaemonJson.Parse("f", with)!;
            FuzzTarget.Ensure(daemon.PathOf("hooked") is not null && (!makeDefault || daemon.Default == "hooked"), "the runtime is not there");
            _ = daemon.Without("hooked", makeDefault ? "runc" : null);
        }
    }

    private static void DockerContainers(byte[] text) => _ = DockersContainer(text);

    private static void DockersImages(byte[] text)
    {
        _ = ScratchFile.Write("docker/image/overlay2/repositories.json", text);
        _ = DockerImages.Of(DockersContainer(Encoding.UTF8.GetBytes($"{{\"ID\":\"{Id}\",\"Driver\":\"overlay2\",\"Image\":\"sha256:ab\"}}"))!);
    }

    private static DockerContainer? DockersContainer(byte[] text)
    {
        FilePath file = ScratchFile.Write($"docker/containers/{Id}/config.v2.json", text);
        FilePath data = file.Parent.Parent.Parent;
        return DockerContainer.Find(data.Combine("overlay2"u8), Encoding.UTF8.GetBytes(Id), RequestedFacts.AllButLabels, out _);
    }

    private static void PodmanContainers(byte[] text)
    {
        FilePath file = ScratchFile.Write("storage/overlay-containers/containers.json", text);
        _ = PodmanContainer.Find(file.Parent, Id, null, RequestedFacts.AllButLabels);
    }

    private static void PodmansImages(byte[] text)
    {
        FilePath file = ScratchFile.Write("images/overlay-images/images.json", text);
        _ = StoredImage.Find(file.Parent.Parent.Combine("overlay-containers"u8), null, "ab");
    }

    private static void ImageReferences(byte[] text)
    {
        string reference = Encoding.UTF8.GetString(text);
        _ = ImageReference.NamesIn(reference);
        _ = ImageReference.Normalize(reference);
        _ = ImageReference.DigestOf(reference);
        _ = ImageReference.IsId(reference, "sha256:" + Id);
    }
}
