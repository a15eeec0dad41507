using System.Text;
using Linux;

namespace HookEngine.Reading.Identity;

/// <summary>The location of a bundle. The engine chooses it; its users cannot.</summary>
/// <param name="Keeper">The owner of the state directory that contains the bundle.</param>
/// <param name="ContainerId">The container's ID; null if the path does not contain it.</param>
/// <param name="Bundle">The bundle's directory, without symbolic links.</param>
internal sealed record BundleLocation(BundleOwner Keeper, string? ContainerId, FilePath Bundle)
{
    /// <summary>Returns the location of a config.json.</summary>
    /// <exception cref="OciHooksException">The path cannot be resolved.</exception>
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

/// <summary>The owner of the state directory that contains a bundle.</summary>
internal enum BundleOwner
{
    /// <summary>No known owner.</summary>
    Other,

    /// <summary>containerd, for its CRI plugin.</summary>
    ContainerdKubernetes,

    /// <summary>containerd, for Docker, nerdctl, ctr and others.</summary>
    Containerd,

    /// <summary>containers/storage, for Podman and CRI-O.</summary>
    ContainersStorage,
}
