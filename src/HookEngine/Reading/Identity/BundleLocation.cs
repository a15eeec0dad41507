using System.Text;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>Where a bundle is. Engines choose it, and nobody whom they run something for.</summary>
/// <param name="Keeper">Whose state directory it is in.</param>
/// <param name="ContainerId">The container's ID, if the place tells it.</param>
/// <param name="Bundle">The bundle's directory, no links in it.</param>
internal sealed record BundleLocation(BundleOwner Keeper, string? ContainerId, FilePath Bundle)
{
    /// <summary>The place of a config.json.</summary>
    /// <exception cref="OciHooksException">It cannot be found out.</exception>
    internal static BundleLocation Of(FilePath config)
    {
        FilePath real = AtomicReplacement.Resolve(config, out FileError error)
            ?? throw new OciHooksException($"{config}: {error.Text}, and the container's engine is known by its place; see to it that it can be");
        FilePath bundle = real.Parent;
        string[] names = Encoding.UTF8.GetString(bundle.Bytes).Split('/');
        return names switch
        {
            // .../io.containerd.runtime.v2.task/NAMESPACE/ID
            [.., var type, "k8s.io", var id] when IsTaskDirectory(type) => new BundleLocation(BundleOwner.ContainerdKubernetes, id, bundle),
            [.., var type, _, var id] when IsTaskDirectory(type) => new BundleLocation(BundleOwner.Containerd, id, bundle),

            // .../overlay-containers/ID/userdata
            [.., var containers, var id, "userdata"] when containers.EndsWith("-containers", StringComparison.Ordinal) =>
                new BundleLocation(BundleOwner.ContainersStorage, id, bundle),
            _ => new BundleLocation(BundleOwner.Other, null, bundle),
        };
    }

    private static bool IsTaskDirectory(string name) => name.StartsWith("io.containerd.runtime.", StringComparison.Ordinal);
}

/// <summary>Whose state directory a bundle is in.</summary>
internal enum BundleOwner
{
    /// <summary>Nobody's that is known.</summary>
    Other,

    /// <summary>containerd's, for its CRI plugin.</summary>
    ContainerdKubernetes,

    /// <summary>containerd's, for Docker, nerdctl, ctr and others.</summary>
    Containerd,

    /// <summary>containers/storage's, for Podman and CRI-O.</summary>
    ContainersStorage,
}
