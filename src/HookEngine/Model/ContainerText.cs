namespace HookEngine.Model;

/// <summary>What texts a container can be known by.</summary>
public enum ContainerText
{
    /// <summary>The engine: docker, containerd, cri, cri-o, podman, nerdctl or plain.</summary>
    Engine,

    /// <summary>References of its image, with registry and tag.</summary>
    Image,

    /// <summary>Digests by which its image is known: that of the manifest, and the ID.</summary>
    ImageDigest,

    /// <summary>A label.</summary>
    Label,

    /// <summary>An annotation of config.json.</summary>
    Annotation,

    /// <summary>The Kubernetes namespace.</summary>
    Namespace,

    /// <summary>The Kubernetes pod.</summary>
    Pod,

    /// <summary>The container's name: in its pod, or in its engine.</summary>
    Container,

    /// <summary>sandbox or container, of Kubernetes.</summary>
    ContainerType,

    /// <summary>The process's user: UID, UID:GID, and the name if the engine tells it.</summary>
    User,

    /// <summary>The host's name in the container.</summary>
    Hostname,

    /// <summary>host, private, or shared with another.</summary>
    Network,

    /// <summary>A variable of the process's environment.</summary>
    Variable,

    /// <summary>The first word of the process's command line.</summary>
    Command,

    /// <summary>The process's command line, its words with a space between.</summary>
    CommandLine,

    /// <summary>The ID.</summary>
    Id,

    /// <summary>The bundle's directory.</summary>
    Bundle,

    /// <summary>The root file system.</summary>
    RootFileSystem,
}

/// <summary>What can be so of a container.</summary>
public enum ContainerTrait
{
    /// <summary>It may use every device, and sees /proc and /sys unmasked.</summary>
    Privileged,

    /// <summary>It has a bind mount that is not the engine's own, such as /etc/hosts.</summary>
    BindMounts,
}
