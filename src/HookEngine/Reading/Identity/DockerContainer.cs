using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// Docker's record of a container: <c>containers/ID/config.v2.json</c> in its data directory. The data directory is found from the path of
/// the root file system, because only Docker chooses that path. Anybody may choose the sources of mounts.
/// </summary>
/// <param name="Id">The container's ID.</param>
/// <param name="Name">The container's name.</param>
/// <param name="Image">The image that Docker was asked to run: a name, a digest or an ID.</param>
/// <param name="ImageId">The image's ID, <c>sha256:..</c>.</param>
/// <param name="User">The process's user as it was given to Docker.</param>
internal sealed record DockerContainer(string Id, string? Name, string? Image, string? ImageId, string? User)
{
    /// <summary>The number of levels above the root file system to search for it: overlay2/ID/merged, rootfs/overlayfs/ID.</summary>
    internal const int MostLevels = 4;

    /// <summary>The requested labels.</summary>
    internal Dictionary<string, string> Labels { get; private init; } = [];

    /// <summary>The digest of the image's manifest, if Docker keeps images in containerd.</summary>
    internal string? ManifestDigest { get; private init; }

    /// <summary>The storage driver.</summary>
    internal string Driver { get; private init; } = "";

    /// <summary>Docker's data directory.</summary>
    internal FilePath DataRoot { get; private init; } = new("/"u8);

    /// <summary>Finds a container by its ID and its root file system.</summary>
    /// <param name="rootFileSystem">The root file system, absolute.</param>
    /// <param name="id">The ID.</param>
    /// <param name="questions">The requested facts.</param>
    /// <param name="problem">Why the container's file could not be used; null if it could, or if no such file was found.</param>
    /// <returns>The container; null if there is none, or if there is a problem.</returns>
    internal static DockerContainer? Find(FilePath rootFileSystem, ReadOnlySpan<byte> id, RequestedFacts questions, out string? problem)
    {
        problem = null;
        FilePath directory = rootFileSystem;
        for (int level = 0; level < MostLevels; level++)
        {
            directory = directory.Parent;
            FilePath file = directory.Combine("containers"u8).Combine(id).Combine("config.v2.json"u8);
            DockerContainer? container = EngineFile.Read(file, (ref GoDecoder json) => Read(ref json, questions), out string? wrong);
            if (container is not null && new FilePath(container.Id).Bytes.SequenceEqual(id))
            {
                problem = null;
                return container with { DataRoot = directory };
            }

            problem ??= wrong ?? (container is null ? null : $"{file}: is of another container; create the container anew");
        }

        return null;
    }

    private static DockerContainer Read(ref GoDecoder json, RequestedFacts questions)
    {
        string? id = null, name = null, image = null, imageId = null, user = null, driver = null, manifest = null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        bool isObject = json.EnterObject("the file");
        while (isObject && json.NextEntry(out string key))
        {
            switch (key)
            {
                case "ID": json.ReadString(key, ref id); break;
                case "Name": json.ReadString(key, ref name); break;
                case "Image": json.ReadString(key, ref imageId); break;
                case "Driver": json.ReadString(key, ref driver); break;
                case "ImageManifest": manifest = ReadDigest(ref json, key); break;
                case "Config": ReadConfig(ref json, questions, labels, ref image, ref user); break;
                default: json.Skip(); break;
            }
        }

        return new DockerContainer(id ?? "", name?.TrimStart('/'), image, imageId, user)
        {
            Labels = labels,
            Driver = driver ?? "",
            ManifestDigest = manifest,
        };
    }

    private static void ReadConfig(
        ref GoDecoder json, RequestedFacts questions, Dictionary<string, string> labels, ref string? image, ref string? user)
    {
        bool isObject = json.EnterObject("Config");
        while (isObject && json.NextEntry(out string key))
        {
            switch (key)
            {
                case "Image": json.ReadString(key, ref image); break;
                case "User": json.ReadString(key, ref user); break;
                case "Labels": ReadLabels(ref json, questions, labels); break;
                default: json.Skip(); break;
            }
        }
    }

    /// <summary>Reads the requested labels. The others are skipped, because labels may be many and long.</summary>
    private static void ReadLabels(ref GoDecoder json, RequestedFacts questions, Dictionary<string, string> labels)
    {
        bool isObject = json.EnterObject("Config.Labels");
        while (isObject && json.NextEntry(out string label))
        {
            if (!questions.HasLabel(label))
            {
                json.Skip();
                continue;
            }

            string? value = "";
            json.ReadString($"Config.Labels.{label}", ref value);
            labels[label] = value!;
        }
    }

    private static string? ReadDigest(ref GoDecoder json, string field)
    {
        string? digest = null;
        bool isObject = json.EnterObject(field);
        while (isObject && json.NextEntry(out string key))
        {
            if (key == "digest")
            {
                json.ReadString(key, ref digest);
            }
            else
            {
                json.Skip();
            }
        }

        return digest;
    }
}
