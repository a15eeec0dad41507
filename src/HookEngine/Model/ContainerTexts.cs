namespace HookEngine.Model;

/// <summary>What there is to know of a <see cref="ContainerText"/>.</summary>
internal static class ContainerTexts
{
    /// <summary>Whether it is told by the engine's own files only.</summary>
    internal static bool IsEngines(this ContainerText kind) =>
        kind is ContainerText.Image or ContainerText.ImageDigest or ContainerText.Label or ContainerText.Container or ContainerText.User;

    /// <summary>Whether an engine tells it of containers that have it.</summary>
    /// <param name="kind">The kind of text.</param>
    /// <param name="engine">The engine, as <see cref="ContainerText.Engine"/> has it.</param>
    internal static bool IsProvidedBy(this ContainerText kind, string engine) => kind switch
    {
        ContainerText.Image or ContainerText.ImageDigest => engine is "docker" or "cri" or "cri-o" or "podman",
        ContainerText.Label => engine is "docker" or "cri-o",
        ContainerText.Namespace or ContainerText.Pod or ContainerText.ContainerType => engine is "cri" or "cri-o",
        ContainerText.Container => engine is not ("containerd" or "plain"),
        _ => true,
    };
}
