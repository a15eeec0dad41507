namespace HookEngine.Identity;

/// <summary>What there is to know of a <see cref="ContainerText"/>.</summary>
internal static class ContainerTexts
{
    /// <summary>Whether it is told by the engine's own files only.</summary>
    internal static bool IsEngines(this ContainerText kind) =>
        kind is ContainerText.Image or ContainerText.ImageDigest or ContainerText.Label or ContainerText.Container or ContainerText.User;
}
