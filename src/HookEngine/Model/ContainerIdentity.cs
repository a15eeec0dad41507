namespace HookEngine.Model;

/// <summary>The identity of a container: what its configuration and its engine say about it.</summary>
public sealed record ContainerIdentity
{
    /// <summary>The engine: docker, containerd, cri, cri-o, podman, nerdctl or plain.</summary>
    public required Fact Engine { get; init; }

    /// <summary>The container's ID; null if it is not known.</summary>
    public string? Id { get; init; }

    /// <summary>The absolute path of the bundle.</summary>
    public string? Bundle { get; init; }

    /// <summary>What config.json says.</summary>
    public required ContainerDetail Detail { get; init; }

    /// <summary>The image's references with registry and tag, as <see cref="ImageReference.Normalize"/> returns them.</summary>
    public Fact Image { get; init; } = Fact.Absent;

    /// <summary>The image's digests, such as <c>sha256:..</c>.</summary>
    public Fact ImageDigest { get; init; } = Fact.Absent;

    /// <summary>The requested labels. Some of them may come from the image.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Why the labels are unknown; null if they are known.</summary>
    public string? LabelsUnknown { get; init; }

    /// <summary>The Kubernetes namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The Kubernetes pod.</summary>
    public string? Pod { get; init; }

    /// <summary>The container's name, in its pod or in its engine.</summary>
    public Fact Container { get; init; } = Fact.Absent;

    /// <summary>The Kubernetes container type: sandbox or container.</summary>
    public string? ContainerType { get; init; }

    /// <summary>The user as it was given to the engine.</summary>
    public Fact UserName { get; init; } = Fact.Absent;

    /// <summary>The directories where the engine keeps this container's files.</summary>
    internal EngineDirectories Places { get; init; } = EngineDirectories.None;

    /// <summary>The mounts.</summary>
    public IReadOnlyList<ContainerMount> Mounts => Detail.Mounts;

    /// <summary>Returns what is known about one kind of text of the container.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="key">The name of the label, annotation or variable.</param>
    public Fact Of(ContainerText kind, string? key = null) =>
        WhyUnknown(kind, key) is { } problem ? Fact.NotHad(problem) : Text(kind, key);

    private Fact Text(ContainerText kind, string? key) => kind switch
    {
        ContainerText.Engine => Engine,
        ContainerText.Image => Image,
        ContainerText.ImageDigest => ImageDigest,
        ContainerText.Label => Label(key!),
        ContainerText.Annotation => Annotation(key),
        ContainerText.Namespace => Fact.Of(Namespace),
        ContainerText.Pod => Fact.Of(Pod),
        ContainerText.Container => Container,
        ContainerText.ContainerType => Fact.Of(ContainerType),
        ContainerText.User => Fact.Partly(UserName.Unknown, [.. Detail.User, .. UserName.Values]),
        ContainerText.Hostname => Fact.Of(Detail.Hostname),
        ContainerText.Network => NetworkNamespace.Of(Detail.NetworkNamespaces),
        ContainerText.Variable => Variable(key!),
        ContainerText.Id => Fact.Of(Id),
        ContainerText.Bundle => Fact.Of(Bundle),
        ContainerText.RootFileSystem => Fact.Of(RootFileSystem),
        ContainerText.Command => Fact.Of(Detail.Args is [var command, ..] ? [command] : []),
        _ => Fact.Of(Detail.Args.Count == 0 ? [] : [string.Join(' ', Detail.Args)]),
    };

    /// <summary>Returns why texts of a kind are unknown. Returns null if they are known, even if the container has none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="key">The name of the label, annotation or variable.</param>
    private string? WhyUnknown(ContainerText kind, string? key)
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

    /// <summary>Returns why it is unknown whether the container has a trait; null if it is known.</summary>
    internal string? WhyUnknown(ContainerTrait flag) => flag == ContainerTrait.Privileged
        ? Detail.Unreadable.Find("linux.resources.devices") ?? Detail.Unreadable.Find("linux.maskedPaths")
        : WhyMountsUnknown ?? (WhyPlacesUnknown is { } problem && Is(ContainerTrait.BindMounts) ? problem : null);

    /// <summary>
    /// Why the engine's directories for this container are unknown; null if they are known, or if there is no engine. They are derived from
    /// the annotations and the root file system.
    /// </summary>
    private string? WhyPlacesUnknown =>
        Engine.Text == "plain" ? null : Detail.Unreadable.Find("annotations") ?? Detail.Unreadable.Find("root.path");

    /// <summary>Why the mounts are unknown; null if they are known.</summary>
    internal string? WhyMountsUnknown => Detail.Unreadable.Find("mounts");

    /// <summary>Whether the container has a trait.</summary>
    public bool Is(ContainerTrait flag) => flag == ContainerTrait.Privileged ? Detail.IsPrivileged : Places.HasOthers(Detail.Mounts);

    /// <summary>Returns the engine if it never reports this kind of text; else null.</summary>
    internal string? Silent(ContainerText kind) => Engine.Text is { } engine && !kind.IsProvidedBy(engine) ? engine : null;

    /// <summary>The absolute path of the root file system. In config.json it may be relative to the bundle.</summary>
    private string? RootFileSystem => Detail.RootPath is ['/', ..] || string.IsNullOrEmpty(Detail.RootPath) ? Detail.RootPath
        : Bundle is null ? null
        : $"{Bundle}/{Detail.RootPath}";

    private Fact Label(string key) => LabelsUnknown is { } reason ? Fact.NotHad(reason)
        : Labels.TryGetValue(key, out string? value) ? Fact.Of([value])
        : Fact.Absent;

    private Fact Annotation(string? key)
    {
        foreach ((string known, string value) in Detail.Annotations)
        {
            if (known == key)
            {
                return Fact.Of([value]);
            }
        }

        return Fact.Absent;
    }

    /// <summary>Returns the value of a variable. If it is set twice, the last value counts, as in the process.</summary>
    private Fact Variable(string name)
    {
        for (int i = Detail.Env.Count - 1; i >= 0; i--)
        {
            string entry = Detail.Env[i];
            if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name, StringComparison.Ordinal))
            {
                return Fact.Of([entry[(name.Length + 1)..]]);
            }
        }

        return Fact.Absent;
    }
}
