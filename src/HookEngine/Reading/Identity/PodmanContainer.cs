using System.Text;
using System.Text.Json;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// What containers/storage says about a Podman container: <c>overlay-containers/containers.json</c> above the bundle, or
/// <c>volatile-containers.json</c> beside it, for containers with <c>--rm</c> and for a transient store. Labels are not read: they are in
/// Podman's database, which is private to Podman.
/// </summary>
/// <param name="Name">The container's name.</param>
/// <param name="Image">The image's names.</param>
/// <param name="ImageDigest">The image's digests: those of its manifests, then its ID.</param>
internal sealed record PodmanContainer(Fact Name, Fact Image, Fact ImageDigest)
{
    /// <summary>Finds a container by its ID. Every running Podman container is in one of the two files.</summary>
    /// <param name="containers">The directory of the two files.</param>
    /// <param name="id">The ID.</param>
    /// <param name="rootFileSystem">The container's root file system; null if it is not known.</param>
    /// <param name="questions">The requested facts.</param>
    internal static PodmanContainer Find(FilePath containers, string id, string? rootFileSystem, RequestedFacts questions)
    {
        FilePath stable = containers.Combine("containers.json"u8), transient = containers.Combine("volatile-containers.json"u8);
        FilePath file = stable;
        StoredContainer? stored = EngineFile.Read(stable, (ref GoDecoder json) => Read(ref json, id), out string? problem);
        if (stored is null)
        {
            file = transient;
            stored = EngineFile.Read(transient, (ref GoDecoder json) => Read(ref json, id), out string? other);
            problem ??= other ?? $"{containers}: has container {id} neither in containers.json nor in volatile-containers.json; create it anew";
        }

        if (stored is null || !stored.ReadMetadata(out string? name, out string? image))
        {
            string reason = stored is null ? problem! : $"{file}: the metadata of container {id} is not valid JSON; create it anew";
            return new PodmanContainer(Fact.NotHad(reason), Fact.NotHad(reason), Fact.NotHad(reason));
        }

        var named = Fact.Of(name);
        if (string.IsNullOrEmpty(stored.ImageId))
        {
            return new PodmanContainer(named, Fact.Absent, Fact.Absent);
        }

        StoredImage known = questions.Image || questions.ImageDigest
            ? StoredImage.Find(containers, rootFileSystem, stored.ImageId)
            : new StoredImage([], [], null);
        var names = new TextSet();
        names.AddRange([.. ImageReference.NamesIn(image ?? ""), .. known.Names.SelectMany(ImageReference.NamesIn)]);
        return new PodmanContainer(
            named, Fact.Partly(known.Unknown, names.Texts), Fact.Partly(known.Unknown, [.. known.Digests, $"sha256:{stored.ImageId}"]));
    }

    private static StoredContainer? Read(ref GoDecoder json, string wanted)
    {
        StoredContainer? found = null;
        bool isArray = json.EnterArray("the file");
        while (isArray && json.NextElement())
        {
            string? id = null, image = null, metadata = null;
            bool isObject = json.EnterObject("a container");
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

            found = id == wanted ? new StoredContainer(image, metadata ?? "{}") : found;
        }

        return found;
    }

    /// <summary>A container's record in the store.</summary>
    /// <param name="ImageId">The image's ID; null or empty if it has none.</param>
    /// <param name="Metadata">Podman's data about the container: a JSON text.</param>
    private sealed record StoredContainer(string? ImageId, string Metadata)
    {
        /// <summary>Reads Podman's data. Returns false if it is not valid.</summary>
        internal bool ReadMetadata(out string? name, out string? image)
        {
            name = image = null;
            try
            {
                var json = new GoDecoder(Encoding.UTF8.GetBytes(Metadata));
                bool isObject = json.EnterObject("metadata");
                while (isObject && json.NextEntry(out string key))
                {
                    switch (key)
                    {
                        case "name": json.ReadString(key, ref name); break;
                        case "image-name": json.ReadString(key, ref image); break;
                        default: json.Skip(); break;
                    }
                }

                return json.Problems.Count == 0;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
