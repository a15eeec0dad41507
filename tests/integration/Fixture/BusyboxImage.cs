using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace IntegrationTests.Fixture;

/// <summary>A root file system with one static binary.</summary>
internal static class BusyboxImage
{
    /// <summary>Makes the root file system in a new directory.</summary>
    public static async Task<string> MakeRootFileSystemAsync(string directory)
    {
        string bin = Path.Combine(directory, "bin");
        foreach (string name in new[] { "bin", "dev", "etc", "proc", "sys", "tmp" })
        {
            _ = Directory.CreateDirectory(Path.Combine(directory, name));
        }

        _ = Executable.Copy("/bin/busybox", Path.Combine(bin, "busybox"));
        string applets = (await new ExternalProgram("/bin/busybox", "--list").RunAsync()).EnsureSuccess().OutputText;
        foreach (string applet in applets.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "busybox"))
        {
            _ = File.CreateSymbolicLink(Path.Combine(bin, applet), "busybox");
        }

        return directory;
    }

    /// <summary>Makes a tar file of the root file system, which docker and podman can import.</summary>
    public static async Task<string> MakeTarAsync(string directory)
    {
        string root = await MakeRootFileSystemAsync(Path.Combine(directory, "rootfs"));
        string tar = Path.Combine(directory, "image.tar");
        _ = (await new ExternalProgram("tar", "-C", root, "-cf", tar, ".").RunAsync()).EnsureSuccess();
        return tar;
    }

    /// <summary>Makes an archive in the format of docker save, which containerd imports.</summary>
    /// <param name="directory">The directory for it.</param>
    /// <param name="names">The image's names.</param>
    /// <param name="command">The image's default command.</param>
    public static async Task<string> MakeArchiveAsync(string directory, string[] names, params string[] command)
    {
        string content = Directory.CreateDirectory(Path.Combine(directory, "archive")).FullName;
        string layer = Path.Combine(content, "layer.tar");
        File.Move(await MakeTarAsync(directory), layer);
        await using FileStream stream = File.OpenRead(layer);
        var config = new JsonObject
        {
            ["architecture"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/bin"), ["Cmd"] = JsonArrayOf(command) },
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray("sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream))),
            },
        };
        var manifest = new JsonObject
        {
            ["Config"] = "image.json",
            ["RepoTags"] = JsonArrayOf(names),
            ["Layers"] = new JsonArray("layer.tar"),
        };
        File.WriteAllText(Path.Combine(content, "image.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(content, "manifest.json"), new JsonArray(manifest).ToJsonString());
        string archive = Path.Combine(directory, "archive.tar");
        _ = (await new ExternalProgram("tar", "-C", content, "-cf", archive, "manifest.json", "image.json", "layer.tar").RunAsync()).EnsureSuccess();
        return archive;
    }

    private static JsonArray JsonArrayOf(string[] words) => new([.. words.Select(word => (JsonNode)word)]);
}
