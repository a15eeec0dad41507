using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Identity;

/// <summary>
/// What Docker tells of a container: <c>containers/ID/config.v2.json</c> in its data directory. That directory is found from the root file
/// system's path, which Docker alone chooses; the sources of mounts may be anybody's.
/// </summary>
internal sealed record DockerContainer(string Id, string? Name, string? Image, string? ImageId, string? User)
{
    /// <summary>How far above the root file system the data directory is looked for: overlay2/ID/merged, rootfs/overlayfs/ID.</summary>
    private const int MostLevels = 4;

    internal IReadOnlyList<KeyValuePair<string, string>> Labels { get; private init; } = [];

    /// <summary>Digests by which the image was pulled.</summary>
    internal IReadOnlyList<string> PulledDigests { get; private init; } = [];

    /// <summary>The container with an ID whose root file system is there; null if Docker has none.</summary>
    internal static DockerContainer? Find(FilePath rootFileSystem, ReadOnlySpan<byte> id)
    {
        FilePath directory = rootFileSystem;
        for (int level = 0; level < MostLevels; level++)
        {
            FilePath parent = directory.Parent;
            FilePath file = parent.Combine("containers"u8).Combine(id).Combine("config.v2.json"u8);
            if (EngineFile.Read(file, Read) is { } container && new FilePath(container.Id).Bytes.SequenceEqual(id))
            {
                FilePath repositories = parent.Combine("image"u8).Combine(directory.Name).Combine("repositories.json"u8);
                return container with { PulledDigests = PulledAs(repositories, container.ImageId) };
            }

            directory = parent;
        }

        return null;
    }

    private static DockerContainer Read(ref GoDecoder json)
    {
        string? id = null, name = null, image = null, imageId = null, user = null;
        StringMap? labels = null;
        bool isObject = json.EnterObject("");
        while (isObject && json.NextEntry(out string key))
        {
            switch (key)
            {
                case "ID": json.ReadString(key, ref id); break;
                case "Name": json.ReadString(key, ref name); break;
                case "Image": json.ReadString(key, ref imageId); break;
                case "Config": ReadConfig(ref json, ref image, ref user, ref labels); break;
                default: json.Skip(); break;
            }
        }

        return new DockerContainer(id ?? "", name?.TrimStart('/'), image, imageId, user) { Labels = labels?.Members ?? [] };
    }

    private static void ReadConfig(
        ref GoDecoder json, ref string? image, ref string? user, ref StringMap? labels)
    {
        bool isObject = json.EnterObject("Config");
        while (isObject && json.NextEntry(out string key))
        {
            switch (key)
            {
                case "Image": json.ReadString(key, ref image); break;
                case "User": json.ReadString(key, ref user); break;
                case "Labels": json.ReadStringMap(key, ref labels); break;
                default: json.Skip(); break;
            }
        }
    }

    /// <summary>Docker's classic image store notes the digests that it pulled an image by.</summary>
    private static List<string> PulledAs(FilePath repositories, string? imageId) =>
        EngineFile.Read(repositories, (ref GoDecoder json) => Digests(ref json, imageId)) ?? [];

    private static List<string> Digests(ref GoDecoder json, string? imageId)
    {
        var digests = new List<string>();
        bool isObject = json.EnterObject("");
        while (isObject && json.NextEntry(out string key))
        {
            if (key != "Repositories")
            {
                json.Skip();
                continue;
            }

            bool isMap = json.EnterObject(key);
            while (isMap && json.NextEntry(out _))
            {
                bool isRepository = json.EnterObject(key);
                while (isRepository && json.NextEntry(out string reference))
                {
                    string? id = null;
                    json.ReadString(reference, ref id);
                    if (id == imageId && ImageReference.DigestOf(reference) is { } digest)
                    {
                        digests.Add(digest);
                    }
                }
            }
        }

        return digests;
    }
}
