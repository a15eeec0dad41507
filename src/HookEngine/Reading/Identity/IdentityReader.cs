using System.Text;
using System.Text.Json;
using HookEngine.Model;
using Json;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>
/// Finds the identity of a container. The path of the bundle identifies the engine. The facts come only from what the engine alone writes:
/// its own files, and the annotations that it sets itself.
/// </summary>
public static class IdentityReader
{
    private const string Cri = "io.kubernetes.cri.";
    private const string CriO = "io.kubernetes.cri-o.";

    /// <summary>Returns the identity of a configuration's container.</summary>
    /// <param name="config">The config.json.</param>
    /// <param name="id">The container's ID; null to take it from the bundle's path.</param>
    /// <param name="detail">The contents of the config.json.</param>
    /// <param name="questions">The facts that are requested from the engine's own files.</param>
    /// <exception cref="OciHooksException">The bundle's path, on which all else depends, cannot be resolved.</exception>
    public static ContainerIdentity Read(FilePath config, string? id, ContainerDetail detail, RequestedFacts questions)
    {
        ArgumentNullException.ThrowIfNull(detail);
        ArgumentNullException.ThrowIfNull(questions);
        BundleLocation place = BundleLocation.Of(config);
        ContainerIdentity identity = place.Keeper switch
        {
            BundleOwner.ContainerdKubernetes when Annotation(detail, Cri + "container-type") is not null => OfCri(detail),
            BundleOwner.ContainerdKubernetes or BundleOwner.Containerd => OfContainerd(place, detail, questions),
            BundleOwner.ContainersStorage when Annotation(detail, CriO + "ContainerID") == place.ContainerId => OfCriO(place, detail, questions),
            BundleOwner.ContainersStorage => OfPodman(place, detail, questions),
            _ => new ContainerIdentity { Engine = Fact.Of("plain"), Detail = detail },
        };
        return identity with { Id = id ?? place.ContainerId, Bundle = place.Bundle.ToString() };
    }

    private static ContainerIdentity OfCri(ContainerDetail detail)
    {
        string image = Annotation(detail, Cri + "image-name") ?? "";
        bool mayBeId = ImageReference.MayBeId(image);
        string? unknown = mayBeId
            ? $"the pod calls its image {image}, which is an ID or the beginning of one, and CRI does not tell the names of that; "
                + "name the image with its tag in the pod"
            : null;
        string? digest = mayBeId && image.StartsWith("sha256:", StringComparison.Ordinal) ? image : ImageReference.DigestOf(image);
        return new ContainerIdentity
        {
            Engine = Fact.Of("cri"),
            Detail = detail,
            Image = Fact.Partly(unknown, mayBeId ? [] : ImageReference.NamesIn(image)),
            ImageDigest = Fact.Of(digest),
            Namespace = Annotation(detail, Cri + "sandbox-namespace"),
            Pod = Annotation(detail, Cri + "sandbox-name"),
            Container = Fact.Of(Annotation(detail, Cri + "container-name")),
            ContainerType = Annotation(detail, Cri + "container-type"),
            Places = new EngineDirectories { Id = Annotation(detail, Cri + "sandbox-id"), Pod = Annotation(detail, Cri + "sandbox-uid") },
        };
    }

    private static ContainerIdentity OfCriO(BundleLocation place, ContainerDetail detail, RequestedFacts questions)
    {
        (Fact image, Fact digest) = questions.Image || questions.ImageDigest ? ImageOfCriO(place, detail) : (Fact.Absent, Fact.Absent);
        Dictionary<string, string>? labels = LabelsOf(Annotation(detail, CriO + "Labels"));
        return new ContainerIdentity
        {
            Engine = Fact.Of("cri-o"),
            Detail = detail,
            Image = image,
            ImageDigest = digest,
            Labels = labels ?? [],
            LabelsUnknown = labels is null
                ? $"config.json: its annotation {CriO}Labels is not valid JSON; create the pod anew, or restart CRI-O"
                : null,
            // The kubelet sets these labels. An annotation whose name begins with CriO may come from a pod.
            Namespace = Annotation(detail, "io.kubernetes.pod.namespace"),
            Pod = Annotation(detail, "io.kubernetes.pod.name"),
            Container = Fact.Of(Annotation(detail, "io.kubernetes.container.name")),
            ContainerType = Annotation(detail, CriO + "ContainerType"),
            Places = OfStorage(place, Annotation(detail, "io.kubernetes.pod.uid")),
        };
    }

    /// <summary>
    /// Returns the names and digests of a CRI-O image. The names are the one in the pod, which the kubelet may have replaced by an ID, one
    /// that CRI-O reports, and those in containers/storage. A sandbox's image comes from CRI-O's settings: a pod's author cannot choose it,
    /// and CRI-O does not report its ID.
    /// </summary>
    private static (Fact Names, Fact Digests) ImageOfCriO(BundleLocation place, ContainerDetail detail)
    {
        string asked = Annotation(detail, CriO + "Image") ?? "";
        string reference = Annotation(detail, CriO + "ImageRef") ?? "";
        string id = ImageReference.MayBeId(reference) ? reference.Replace("sha256:", "", StringComparison.Ordinal) : "";
        StoredImage known = id.Length > 0 ? StoredImage.Find(place.Bundle.Parent.Parent, detail.RootPath, id)
            : Annotation(detail, CriO + "ContainerType") == "sandbox" ? new StoredImage([], [], null)
            : new StoredImage(
                [], [], $"config.json: its annotation {CriO}ImageRef is \"{reference}\", and no ID by which the image is found; create the pod anew");
        var names = new TextSet();
        var digests = new TextSet();
        string some = Annotation(detail, CriO + "ImageName") ?? "";
        foreach (string name in (IEnumerable<string>)[ImageReference.MayBeId(asked) ? "" : asked, some, .. known.Names])
        {
            names.AddRange(ImageReference.NamesIn(name));
            digests.Add(ImageReference.DigestOf(name));
        }

        digests.AddRange(known.Digests);
        digests.Add(id.Length > 0 ? $"sha256:{id}" : ImageReference.DigestOf(reference));
        return (Fact.Partly(known.Unknown, names.Texts), Fact.Partly(known.Unknown, digests.Texts));
    }

    private static ContainerIdentity OfContainerd(BundleLocation place, ContainerDetail detail, RequestedFacts questions)
    {
        byte[] id = Encoding.UTF8.GetBytes(place.ContainerId!);
        bool isMoby = place.Bundle.Parent.Name.StartsWith("moby"u8);
        EngineDirectories places = isMoby ? OfDataRoot(place, detail.RootPath) : EngineDirectories.None;
        if (isMoby && !questions.Any)
        {
            return new ContainerIdentity { Engine = Fact.Of("docker"), Detail = detail, Places = places };
        }

        string? problem = null;
        DockerContainer? docker = detail.RootPath is ['/', ..] root
            ? DockerContainer.Find(new FilePath(root), id, questions, out problem)
            : null;
        if (docker is not null)
        {
            return OfDocker(docker, detail, questions) with { Places = OfDataRoot(place, detail.RootPath) };
        }

        if (isMoby)
        {
            problem ??= $"no containers/{place.ContainerId}/config.v2.json is above the root file system {detail.RootPath}, "
                + "where Docker's data directory should be; restart Docker if that was moved, and start the container anew";
            return Unknown(Fact.Of("docker"), detail, problem) with { Places = places };
        }

        return problem is not null ? Unknown(Fact.NotHad(problem), detail, problem)
            : Annotation(detail, "nerdctl/namespace") is not null
                ? new ContainerIdentity { Engine = Fact.Of("nerdctl"), Detail = detail, Container = Fact.Of(Annotation(detail, "nerdctl/name")) }
                : new ContainerIdentity { Engine = Fact.Of("containerd"), Detail = detail };
    }

    /// <summary>Returns the identity of a container whose Docker files could not be read.</summary>
    private static ContainerIdentity Unknown(Fact engine, ContainerDetail detail, string reason) => new()
    {
        Engine = engine,
        Detail = detail,
        Image = Fact.NotHad(reason),
        ImageDigest = Fact.NotHad(reason),
        LabelsUnknown = reason,
        Container = Fact.NotHad(reason),
        UserName = Fact.NotHad(reason),
    };

    private static ContainerIdentity OfDocker(DockerContainer docker, ContainerDetail detail, RequestedFacts questions)
    {
        // A container that runs by image ID or digest gets all names of the image. A container that runs by name gets only that name.
        string asked = docker.Image ?? "";
        bool isId = ImageReference.IsId(asked, docker.ImageId ?? "");
        string? digest = ImageReference.DigestOf(asked);
        bool wantsNames = questions.Image && (isId || digest is not null);
        DockerImages? images = wantsNames || questions.ImageDigest ? DockerImages.Of(docker) : null;
        var names = new TextSet();
        var digests = new TextSet();
        names.AddRange(isId ? [] : ImageReference.NamesIn(asked));
        foreach (string reference in images?.References ?? [])
        {
            digests.Add(ImageReference.DigestOf(reference));
            names.Add(wantsNames ? ImageReference.Normalize(reference) : null);
        }

        digests.AddRange([digest, docker.ManifestDigest, docker.ImageId]);
        return new ContainerIdentity
        {
            Engine = Fact.Of("docker"),
            Detail = detail,
            Image = Fact.Partly(wantsNames ? images!.Problem ?? images.Elsewhere : null, names.Texts),
            ImageDigest = Fact.Partly(images?.Problem, digests.Texts),
            Labels = docker.Labels,
            Container = Fact.Of(docker.Name),
            UserName = Fact.Of(docker.User),
        };
    }

    private static ContainerIdentity OfPodman(BundleLocation place, ContainerDetail detail, RequestedFacts questions)
    {
        var podman = new ContainerIdentity { Engine = Fact.Of("podman"), Detail = detail, Places = OfStorage(place, null) };
        if (!questions.Any)
        {
            return podman;
        }

        var stored = PodmanContainer.Find(place.Bundle.Parent.Parent, place.ContainerId!, detail.RootPath, questions);
        return podman with { Image = stored.Image, ImageDigest = stored.ImageDigest, Container = stored.Name };
    }

    /// <summary>Returns Docker's directories. They are in its data directory, which is above the root file system.</summary>
    private static EngineDirectories OfDataRoot(BundleLocation place, string? rootFileSystem)
    {
        var places = new EngineDirectories { Id = place.ContainerId };
        string? directory = rootFileSystem is ['/', ..] ? rootFileSystem : null;
        for (int level = 0; level < DockerContainer.MostLevels && directory is { Length: > 0 }; level++)
        {
            directory = directory[..directory.LastIndexOf('/')];
            _ = places.With($"{directory}/containers");
        }

        return places;
    }

    /// <summary>Returns the directory of containers/storage above the bundle. The mounts show where its own files are.</summary>
    private static EngineDirectories OfStorage(BundleLocation place, string? pod) =>
        new EngineDirectories { Id = place.ContainerId, Pod = pod }.With(place.Bundle.Parent.Parent.ToString());

    /// <summary>Returns the labels in an annotation. They are empty if there is no annotation, and null if it is not valid.</summary>
    private static Dictionary<string, string>? LabelsOf(string? text)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var json = new GoDecoder(Encoding.UTF8.GetBytes(text ?? "{}"));
            bool isObject = json.EnterObject("");
            while (isObject && json.NextEntry(out string key))
            {
                string? value = "";
                json.ReadString(key, ref value);
                labels[key] = value!;
            }

            return json.Problems.Count == 0 ? labels : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Annotation(ContainerDetail detail, string key)
    {
        foreach ((string known, string value) in detail.Annotations)
        {
            if (known == key)
            {
                return value;
            }
        }

        return null;
    }
}
