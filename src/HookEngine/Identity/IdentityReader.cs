using System.Text;
using System.Text.Json;
using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Identity;

/// <summary>
/// Finds out who a container is. The engine is known by the bundle's place, and what it wrote is taken from where it alone writes: its
/// own files, and the annotations that it sets itself.
/// </summary>
public static class IdentityReader
{
    private const string Cri = "io.kubernetes.cri.";
    private const string CriO = "io.kubernetes.cri-o.";

    /// <summary>The identity of the container that a configuration is for.</summary>
    /// <param name="config">The config.json.</param>
    /// <param name="id">The container's ID; null if only the bundle's place may tell it.</param>
    /// <param name="detail">What it says.</param>
    /// <param name="asksEngine">Whether the engine's own files are read, too.</param>
    public static ContainerIdentity Read(FilePath config, string? id, ContainerDetail detail, bool asksEngine)
    {
        ArgumentNullException.ThrowIfNull(detail);
        BundlePlace place = BundlePlace.Of(config);
        ContainerIdentity identity = place.Keeper switch
        {
            BundleKeeper.ContainerdKubernetes when Annotation(detail, Cri + "container-type") is not null => OfCri(detail),
            BundleKeeper.ContainerdKubernetes or BundleKeeper.Containerd => OfContainerd(place, detail, asksEngine),
            BundleKeeper.ContainersStorage when Annotation(detail, CriO + "ContainerID") == place.ContainerId => OfCriO(detail),
            BundleKeeper.ContainersStorage => OfPodman(place, detail, asksEngine),
            _ => new ContainerIdentity { Engine = "plain", Detail = detail },
        };
        return identity with { Id = id ?? place.ContainerId, Bundle = place.Bundle.ToString(), Network = NetworkOf(detail) };
    }

    /// <summary>A network namespace that is joined by its path may be the host's own, namespaces(7).</summary>
    private static unsafe string NetworkOf(ContainerDetail detail)
    {
        if (detail.NetworkNamespaces is not [var path, ..])
        {
            return "host";
        }

        if (path is null)
        {
            return "private";
        }

        fixed (byte* joined = new FilePath(path).Terminated, own = "/proc/self/ns/net\0"u8)
        {
            return Libc.Stat(joined, out FileStatus there) && Libc.Stat(own, out FileStatus here) && there.IsSameFileAs(here)
                ? "host"
                : "shared";
        }
    }

    private static ContainerIdentity OfCri(ContainerDetail detail)
    {
        string? image = Annotation(detail, Cri + "image-name");
        return new ContainerIdentity
        {
            Engine = "cri",
            Detail = detail,
            Image = image is null ? null : ImageReference.Normalize(image),
            ImageDigests = image is not null && ImageReference.DigestOf(image) is { } digest ? [digest] : [],
            Namespace = Annotation(detail, Cri + "sandbox-namespace"),
            Pod = Annotation(detail, Cri + "sandbox-name"),
            Container = Annotation(detail, Cri + "container-name"),
            ContainerType = Annotation(detail, Cri + "container-type"),
        };
    }

    private static ContainerIdentity OfCriO(ContainerDetail detail)
    {
        string? image = Annotation(detail, CriO + "ImageName");
        string? reference = Annotation(detail, CriO + "ImageRef");
        return new ContainerIdentity
        {
            Engine = "cri-o",
            Detail = detail,
            Image = image is null ? null : ImageReference.Normalize(image),
            ImageDigests = reference is null ? [] : [ImageReference.DigestOf(reference) ?? $"sha256:{reference}"],
            Labels = LabelsOf(Annotation(detail, CriO + "Labels")),
            // The kubelet's own labels; what begins with CriO may be a pod's annotation.
            Namespace = Annotation(detail, "io.kubernetes.pod.namespace"),
            Pod = Annotation(detail, "io.kubernetes.pod.name"),
            Container = Annotation(detail, "io.kubernetes.container.name"),
            ContainerType = Annotation(detail, CriO + "ContainerType"),
        };
    }

    private static ContainerIdentity OfContainerd(BundlePlace place, ContainerDetail detail, bool asksEngine)
    {
        byte[] id = Encoding.UTF8.GetBytes(place.ContainerId!);
        bool isMoby = place.Bundle.Parent.Name.StartsWith("moby"u8);
        DockerContainer? docker = (asksEngine || !isMoby) && detail.RootPath is ['/', ..] root
            ? DockerContainer.Find(new FilePath(root), id)
            : null;
        return docker is not null ? OfDocker(docker, detail)
            : isMoby ? new ContainerIdentity { Engine = "docker", Detail = detail }
            : Annotation(detail, "nerdctl/namespace") is not null
                ? new ContainerIdentity { Engine = "nerdctl", Detail = detail, Container = Annotation(detail, "nerdctl/name") }
                : new ContainerIdentity { Engine = "containerd", Detail = detail };
    }

    private static ContainerIdentity OfDocker(DockerContainer docker, ContainerDetail detail)
    {
        string? image = docker.Image is { Length: > 0 } name && !ImageReference.IsId(name, docker.ImageId ?? "") ? name : null;
        List<string> digests = [.. docker.PulledDigests];
        if (image is not null && ImageReference.DigestOf(image) is { } asked && !digests.Contains(asked))
        {
            digests.Add(asked);
        }

        if (docker.ImageId is { Length: > 0 } imageId)
        {
            digests.Add(imageId);
        }

        return new ContainerIdentity
        {
            Engine = "docker",
            Detail = detail,
            Image = image is null ? null : ImageReference.Normalize(image),
            ImageDigests = digests,
            Labels = docker.Labels,
            Container = docker.Name,
            UserName = docker.User,
        };
    }

    private static ContainerIdentity OfPodman(BundlePlace place, ContainerDetail detail, bool asksEngine)
    {
        PodmanContainer? podman = asksEngine ? PodmanContainer.Find(place.Bundle.Parent.Parent, place.ContainerId!) : null;
        string?[] digests = [podman?.ImageDigest, podman?.ImageId is { Length: > 0 } id ? $"sha256:{id}" : null];
        return new ContainerIdentity
        {
            Engine = "podman",
            Detail = detail,
            Image = podman?.Image is { Length: > 0 } image ? ImageReference.Normalize(image) : null,
            ImageDigests = [.. digests.OfType<string>()],
            Container = podman?.Name,
        };
    }

    private static IReadOnlyList<KeyValuePair<string, string>> LabelsOf(string? text)
    {
        StringMap? labels = null;
        try
        {
            var json = new GoDecoder(Encoding.UTF8.GetBytes(text ?? "{}"));
            json.ReadStringMap("", ref labels);
        }
        catch (JsonException)
        {
            // Then it tells nothing.
        }

        return labels?.Members ?? [];
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
