using System.Text;
using System.Text.Json;
using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Identity;

/// <summary>
/// What containers/storage tells of a container of Podman: <c>overlay-containers/containers.json</c>, above the bundle, and
/// <c>overlay-images/images.json</c> beside it. Labels are in Podman's database, which is nobody else's to read.
/// </summary>
internal sealed record PodmanContainer(string? Name, string? Image, string? ImageId)
{
    /// <summary>The digest of the image's manifest.</summary>
    internal string? ImageDigest { get; private init; }

    /// <summary>The container with an ID; null if there is none.</summary>
    /// <param name="containers">The directory of containers.json.</param>
    /// <param name="id">The ID.</param>
    internal static PodmanContainer? Find(FilePath containers, string id)
    {
        PodmanContainer? found = EngineFile.Read(
            containers.Combine("containers.json"u8), (ref GoDecoder json) => Read(ref json, id));
        if (found?.ImageId is not { } imageId)
        {
            return found;
        }

        // overlay-containers, vfs-containers: named for the storage driver.
        string driver = Encoding.UTF8.GetString(containers.Name).Replace("-containers", "", StringComparison.Ordinal);
        FilePath images = containers.Parent.Combine(Encoding.UTF8.GetBytes($"{driver}-images")).Combine("images.json"u8);
        return found with { ImageDigest = EngineFile.Read(images, (ref GoDecoder json) => DigestOf(ref json, imageId)) };
    }

    private static PodmanContainer? Read(ref GoDecoder json, string wanted)
    {
        PodmanContainer? found = null;
        bool isArray = json.EnterArray("");
        while (isArray && json.NextElement())
        {
            string? id = null, image = null, metadata = null;
            bool isObject = json.EnterObject("");
            while (isObject && json.NextEntry(out string key))
            {
                switch (key)
                {
                    case "id": json.ReadString(key, ref id); break;
                    case "image": json.ReadString(key, ref image); break;
                    case "metadata": json.ReadString(key, ref metadata); break;
                    default: json.Skip(); break;
                }
            }

            found = id == wanted ? OfMetadata(metadata ?? "{}", image) : found;
        }

        return found;
    }

    private static PodmanContainer OfMetadata(string metadata, string? imageId)
    {
        string? name = null, image = null;
        try
        {
            var json = new GoDecoder(Encoding.UTF8.GetBytes(metadata));
            bool isObject = json.EnterObject("");
            while (isObject && json.NextEntry(out string key))
            {
                switch (key)
                {
                    case "name": json.ReadString(key, ref name); break;
                    case "image-name": json.ReadString(key, ref image); break;
                    default: json.Skip(); break;
                }
            }
        }
        catch (JsonException)
        {
            // Then it tells nothing.
        }

        return new PodmanContainer(name, image, imageId);
    }

    private static string? DigestOf(ref GoDecoder json, string imageId)
    {
        string? found = null;
        bool isArray = json.EnterArray("");
        while (isArray && json.NextElement())
        {
            string? id = null, digest = null;
            bool isObject = json.EnterObject("");
            while (isObject && json.NextEntry(out string key))
            {
                switch (key)
                {
                    case "id": json.ReadString(key, ref id); break;
                    case "digest": json.ReadString(key, ref digest); break;
                    default: json.Skip(); break;
                }
            }

            found = id == imageId ? digest : found;
        }

        return found;
    }
}
