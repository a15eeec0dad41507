namespace HookEngine.Identity;

/// <summary>
/// Who a container is: what its configuration says, and what its engine tells of it. What the engine does not tell is null or empty.
/// </summary>
public sealed record ContainerIdentity
{
    /// <summary>The engine: docker, containerd, cri, cri-o, podman, nerdctl or plain.</summary>
    public required string Engine { get; init; }

    /// <summary>Its ID; null if it is not known.</summary>
    public string? Id { get; init; }

    /// <summary>The bundle's directory, absolute.</summary>
    public string? Bundle { get; init; }

    /// <summary>What config.json says.</summary>
    public required ContainerDetail Detail { get; init; }

    /// <summary>The image's reference with registry and tag, as <see cref="ImageReference.Normalize"/> makes it.</summary>
    public string? Image { get; init; }

    /// <summary>Digests by which the image is known, such as <c>sha256:..</c>.</summary>
    public IReadOnlyList<string> ImageDigests { get; init; } = [];

    /// <summary>The labels; an image may bring some of them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>The Kubernetes namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The Kubernetes pod.</summary>
    public string? Pod { get; init; }

    /// <summary>The container's name, in its pod or in its engine.</summary>
    public string? Container { get; init; }

    /// <summary>sandbox or container, of Kubernetes.</summary>
    public string? ContainerType { get; init; }

    /// <summary>host, private, or shared with another container.</summary>
    public string? Network { get; init; }

    /// <summary>The user by the name that the engine was given.</summary>
    public string? UserName { get; init; }

    /// <summary>The mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts => Detail.Mounts;

    /// <summary>The container's texts of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="key">Of a label, an annotation or a variable: its name.</param>
    public IReadOnlyList<string> Values(ContainerText kind, string? key = null) => kind switch
    {
        ContainerText.Engine => [Engine],
        ContainerText.Image => Known(Image),
        ContainerText.ImageDigest => ImageDigests,
        ContainerText.Label => Of(Labels, key),
        ContainerText.Annotation => Of(Detail.Annotations, key),
        ContainerText.Namespace => Known(Namespace),
        ContainerText.Pod => Known(Pod),
        ContainerText.Container => Known(Container),
        ContainerText.ContainerType => Known(ContainerType),
        ContainerText.User => [.. Detail.User, .. Known(UserName)],
        ContainerText.Hostname => Known(Detail.Hostname),
        ContainerText.Network => Known(Network),
        ContainerText.Variable => Variable(key!),
        ContainerText.Id => Known(Id),
        ContainerText.Bundle => Known(Bundle),
        ContainerText.RootFileSystem => Known(RootFileSystem),
        ContainerText.Command => Detail.Args is [var command, ..] ? [command] : [],
        _ => Detail.Args.Count == 0 ? [] : [string.Join(' ', Detail.Args)],
    };

    /// <summary>Why texts of a kind cannot be known; null if they can, also if the container has none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="key">Of a label, an annotation or a variable: its name.</param>
    internal string? WhyUnknown(ContainerText kind, string? key = null)
    {
        UnreadableFields unreadable = Detail.Unreadable;
        return kind switch
        {
            ContainerText.Engine or ContainerText.Namespace or ContainerText.Pod or ContainerText.ContainerType =>
                unreadable.Find("annotations"),
            ContainerText.Image or ContainerText.ImageDigest or ContainerText.Label or ContainerText.Container =>
                unreadable.Find("annotations") ?? unreadable.Find("root.path"),
            ContainerText.Annotation => unreadable.Find($"annotations.{key}"),
            ContainerText.User => unreadable.Find("process.user") ?? unreadable.Find("root.path"),
            ContainerText.Hostname => unreadable.Find("hostname"),
            ContainerText.Network => unreadable.Find("linux.namespaces"),
            ContainerText.Variable => unreadable.Find("process.env"),
            ContainerText.Command => unreadable.Find("process.args[0]"),
            ContainerText.CommandLine => unreadable.Find("process.args"),
            ContainerText.RootFileSystem => unreadable.Find("root.path"),
            _ => null,
        };
    }

    /// <summary>Why it cannot be known whether something is so; null if it can.</summary>
    internal string? WhyUnknown(ContainerTrait flag) => flag == ContainerTrait.Privileged
        ? Detail.Unreadable.Find("linux.resources.devices") ?? Detail.Unreadable.Find("linux.maskedPaths")
        : WhyMountsUnknown;

    /// <summary>Why the mounts cannot be known; null if they can.</summary>
    internal string? WhyMountsUnknown => Detail.Unreadable.Find("mounts");

    /// <summary>Whether something is so of the container.</summary>
    public bool Is(ContainerTrait flag) => flag == ContainerTrait.Privileged ? Detail.IsPrivileged : Detail.HasOwnBindMounts;

    /// <summary>The root file system, absolute: in config.json it may stand as it is found from the bundle.</summary>
    private string? RootFileSystem => Detail.RootPath is ['/', ..] || string.IsNullOrEmpty(Detail.RootPath) ? Detail.RootPath
        : Bundle is null ? null
        : $"{Bundle}/{Detail.RootPath}";

    private static string[] Known(string? text) => string.IsNullOrEmpty(text) ? [] : [text];

    private static string[] Of(IReadOnlyList<KeyValuePair<string, string>> map, string? key)
    {
        foreach ((string known, string value) in map)
        {
            if (known == key)
            {
                return [value];
            }
        }

        return [];
    }

    /// <summary>Of several with one name the last counts, as in the process.</summary>
    private string[] Variable(string name)
    {
        for (int i = Detail.Env.Count - 1; i >= 0; i--)
        {
            string entry = Detail.Env[i];
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal))
            {
                return [entry[(name.Length + 1)..]];
            }
        }

        return [];
    }
}
