using System.Text;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// What containers/storage tells of an image: <c>overlay-images/images.json</c> in the storage's directory. An image may be in another
/// store, which storage.conf names, too; that is not read.
/// </summary>
/// <param name="Names">Its names.</param>
/// <param name="Digests">The digests of its manifests.</param>
/// <param name="Unknown">Why it may have more; null if these are all.</param>
internal sealed record StoredImage(IReadOnlyList<string> Names, IReadOnlyList<string> Digests, string? Unknown)
{
    /// <summary>How the key of a manifest begins among an image's data.</summary>
    private const string Manifest = "manifest";

    /// <summary>An image of a container.</summary>
    /// <param name="containers">The directory of the container's store, such as <c>overlay-containers</c>: named for the storage driver.</param>
    /// <param name="rootFileSystem">The container's root file system, which is in the storage's directory also where the other is not.</param>
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

    /// <summary>An image that is for several platforms has a manifest of its own, and one that lists those.</summary>
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
