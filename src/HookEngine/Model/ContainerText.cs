namespace HookEngine.Model;

/// <summary>The kinds of text that identify or describe a container.</summary>
public enum ContainerText
{
    /// <summary>The engine: docker, containerd, cri, cri-o, podman, nerdctl or plain.</summary>
    Engine,

    /// <summary>The image's references, with registry and tag.</summary>
    Image,

    /// <summary>The image's digests: the manifest's, and the ID.</summary>
    ImageDigest,

    /// <summary>A label.</summary>
    Label,

    /// <summary>An annotation of config.json.</summary>
    Annotation,

    /// <summary>The Kubernetes namespace.</summary>
    Namespace,

    /// <summary>The Kubernetes pod.</summary>
    Pod,

    /// <summary>The container's name, in its pod or in its engine.</summary>
    Container,

    /// <summary>The Kubernetes container type: sandbox or container.</summary>
    ContainerType,

    /// <summary>The process's user: UID, UID:GID, and the name if the engine reports it.</summary>
    User,

    /// <summary>The container's host name.</summary>
    Hostname,

    /// <summary>The network: host, private, or shared with another container.</summary>
    Network,

    /// <summary>A variable of the process's environment.</summary>
    Variable,

    /// <summary>The first word of the process's command line.</summary>
    Command,

    /// <summary>The process's command line, its words separated by spaces.</summary>
    CommandLine,

    /// <summary>The container's ID.</summary>
    Id,

    /// <summary>The bundle's directory.</summary>
    Bundle,

    /// <summary>The root file system.</summary>
    RootFileSystem,
}

/// <summary>The properties that a container has or does not have.</summary>
public enum ContainerTrait
{
    /// <summary>The container may use every device, and /proc and /sys are not masked.</summary>
    Privileged,

    /// <summary>The container has a bind mount besides the engine's, such as /etc/hosts.</summary>
    BindMounts,
}
