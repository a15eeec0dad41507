namespace HookEngine.Model;

/// <summary>Properties of each <see cref="ContainerText"/>.</summary>
internal static class ContainerTexts
{
    /// <summary>Whether the engine's own files may be needed to know this kind of text.</summary>
    internal static bool IsEngines(this ContainerText kind) =>
        kind is ContainerText.Image or ContainerText.ImageDigest or ContainerText.Label or ContainerText.Container or ContainerText.User;

    /// <summary>Whether an engine reports this kind of text for the containers that have it.</summary>
    /// <param name="kind">The kind of text.</param>
    /// <param name="engine">The engine, a value of <see cref="ContainerText.Engine"/>.</param>
    internal static bool IsProvidedBy(this ContainerText kind, string engine) => kind switch
    {
        ContainerText.Image or ContainerText.ImageDigest => engine is "docker" or "cri" or "cri-o" or "podman",
        ContainerText.Label => engine is "docker" or "cri-o",
        ContainerText.Namespace or ContainerText.Pod or ContainerText.ContainerType => engine is "cri" or "cri-o",
        ContainerText.Container => engine is not ("containerd" or "plain"),
        _ => true,
    };
}
