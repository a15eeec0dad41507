using System.Text;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// What Docker's own image store says about an image: <c>image/DRIVER/repositories.json</c> in its data directory. The file does not exist
/// if Docker keeps images in containerd.
/// </summary>
/// <param name="References">The image's references, with tags and digests.</param>
/// <param name="Problem">Why the file could not be read; null if it could, or if it does not exist.</param>
/// <param name="Elsewhere">Why the image may have names in no file; null if it is in Docker's own store, or if there is a problem.</param>
internal sealed record DockerImages(IReadOnlyList<string> References, string? Problem, string? Elsewhere)
{
    /// <summary>Returns the references of a container's image.</summary>
    internal static DockerImages Of(DockerContainer container)
    {
        string hash = container.ImageId is ['s', 'h', 'a', '2', '5', '6', ':', ..] id ? id["sha256:".Length..] : "";
        FilePath store = container.DataRoot.Combine("image"u8).Combine(Encoding.UTF8.GetBytes(container.Driver));
        FilePath file = store.Combine("repositories.json"u8);
        List<string>? names = EngineFile.Read(file, (ref GoDecoder json) => Names(ref json, container.ImageId), out string? problem);
        if (problem is not null || names?.Count > 0)
        {
            return new DockerImages(names ?? [], problem, null);
        }

        // An image without a name is in the store too.
        FilePath image = store.Combine("imagedb/content/sha256"u8).Combine(Encoding.UTF8.GetBytes(hash));
        string? elsewhere = hash.Length > 0 && container.Driver.Length > 0 && Exists(image)
            ? null
            : $"{store}: has no image {container.ImageId}, whose names containerd may have; run the image by its name, not by its ID";
        return new DockerImages([], null, elsewhere);
    }

    private static List<string> Names(ref GoDecoder json, string? imageId)
    {
        var names = new List<string>();
        bool isObject = json.EnterObject("the file");
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
                    if (id == imageId)
                    {
                        names.Add(reference);
                    }
                }
            }
        }

        return names;
    }

    private static unsafe bool Exists(FilePath path)
    {
        fixed (byte* name = path.Terminated)
        {
            return Libc.Stat(name, out _);
        }
    }
}
