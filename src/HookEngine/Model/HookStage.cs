namespace HookEngine.Model;

/// <summary>
/// The points of a container's life at which hooks run, by the names of the OCI runtime specification, "POSIX-platform Hooks".
/// </summary>
public enum HookStage
{
    /// <summary>Deprecated, before createRuntime. Rules that name it are injected into createRuntime, as the reference does.</summary>
    Prestart,

    /// <summary>During create, after the namespaces are made, before the root is changed; runs in the runtime's namespace.</summary>
    CreateRuntime,

    /// <summary>After createRuntime; runs in the container's namespace, its path is resolved in the runtime's.</summary>
    CreateContainer,

    /// <summary>During start, before the user's process; runs and is resolved in the container's namespace.</summary>
    StartContainer,

    /// <summary>After the user's process has started; runs in the runtime's namespace.</summary>
    Poststart,

    /// <summary>After the container is deleted; runs in the runtime's namespace.</summary>
    Poststop,

    /// <summary>
    /// Before create: the program filters the configuration itself, which does not know of it. Podman's extension of the formats 1.0.0 and
    /// 0.1.0, and in <c>ocihooks/1</c>.
    /// </summary>
    Precreate,
}
