using System.Text;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// What containers/storage says about an image: <c>overlay-images/images.json</c> in the storage's directory. storage.conf may name
/// additional stores; an image there is not found.
/// </summary>
/// <param name="Names">The image's names.</param>
/// <param name="Digests">The digests of the image's manifests.</param>
/// <param name="Unknown">Why there may be more names and digests; null if these are all.</param>
internal sealed record StoredImage(IReadOnlyList<string> Names, IReadOnlyList<string> Digests, string? Unknown)
{
    /// <summary>The start of a manifest's key in an image's data.</summary>
    private const string Manifest = "manifest";

    /// <summary>Finds a container's image.</summary>
    /// <param name="containers">The store's directory for containers, such as <c>overlay-containers</c>, named by the driver.</param>
    /// <param name="rootFileSystem">The container's root file system. It is in the storage's directory even if containers are not.</param>
    /// <param name="imageId">The image's ID.</param>
    internal static StoredImage Find(FilePath containers, string? rootFileSystem, string imageId)
    {
        string driver = Encoding.UTF8.GetString(containers.Name)[..^"-containers".Length];
        byte[] images = Encoding.UTF8.GetBytes($"{driver}-images/images.json");
        FilePath beside = containers.Parent.Combine(images);
        StoredImage? found = Read(beside, imageId, out string? problem);
        if (found is not null)
        {
            return found;
        }

        int end = rootFileSystem?.LastIndexOf($"/{driver}/", StringComparison.Ordinal) ?? -1;
        FilePath storage = end < 0 ? beside : new FilePath(rootFileSystem![..end]).Combine(images);
        if (!storage.Bytes.SequenceEqual(beside.Bytes))
        {
            found = Read(storage, imageId, out string? other);
            problem ??= other;
        }

        return found ?? new StoredImage(
            [], [], problem ?? $"{storage}: has no image {imageId}, which is in another store; put it into this one: podman save and podman load");
    }

    private static StoredImage? Read(FilePath file, string imageId, out string? problem) =>
        EngineFile.Read(file, (ref GoDecoder json) => Read(ref json, imageId), out problem);

    private static StoredImage? Read(ref GoDecoder json, string wanted)
    {
        StoredImage? found = null;
        bool isArray = json.EnterArray("the file");
        while (isArray && json.NextElement())
        {
            string? id = null, digest = null;
            List<string>? names = null;
            var digests = new List<string>();
            bool isObject = json.EnterObject("an image");
            while (isObject && json.NextEntry(out string key))
            {
                switch (key)
                {
                    case "id": json.ReadString(key, ref id); break;
                    case "digest": json.ReadString(key, ref digest); break;
                    case "names": json.ReadStrings(key, ref names); break;
                    case "big-data-digests": ReadManifests(ref json, key, digests); break;
                    default: json.Skip(); break;
                }
            }

            found = id == wanted ? new StoredImage(names ?? [], Together(digest, digests, names ?? []), null) : found;
        }

        return found;
    }

    /// <summary>Reads the digests of manifests. A multi-platform image has its own manifest, and one that lists all platforms.</summary>
    private static void ReadManifests(ref GoDecoder json, string field, List<string> digests)
    {
        bool isObject = json.EnterObject(field);
        while (isObject && json.NextEntry(out string key))
        {
            if (!key.StartsWith(Manifest, StringComparison.Ordinal))
            {
                json.Skip();
                continue;
            }

            string? digest = null;
            json.ReadString(key, ref digest);
            if (digest is not null)
            {
                digests.Add(digest);
            }
        }
    }

    private static IReadOnlyList<string> Together(string? digest, List<string> manifests, List<string> names)
    {
        var all = new TextSet();
        all.AddRange([digest, .. manifests, .. names.Select(ImageReference.DigestOf)]);
        return all.Texts;
    }
}
