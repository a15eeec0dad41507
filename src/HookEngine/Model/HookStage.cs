namespace HookEngine.Model;

/// <summary>
/// The stages of a container's life at which hooks run, with the names of the OCI runtime specification, "POSIX-platform Hooks".
/// </summary>
public enum HookStage
{
    /// <summary>Deprecated; before createRuntime. Rules for it are injected into createRuntime, as the reference does.</summary>
    Prestart,

    /// <summary>During create, after the namespaces are made and before the root is changed. It runs in the runtime's namespace.</summary>
    CreateRuntime,

    /// <summary>After createRuntime. It runs in the container's namespace, but its path is resolved in the runtime's.</summary>
    CreateContainer,

    /// <summary>During start, before the user's process. It runs, and its path is resolved, in the container's namespace.</summary>
    StartContainer,

    /// <summary>After the user's process has started. It runs in the runtime's namespace.</summary>
    Poststart,

    /// <summary>After the container is deleted. It runs in the runtime's namespace.</summary>
    Poststop,

    /// <summary>
    /// Before create: the program filters the configuration. config.json has no such stage. It is Podman's extension of the formats 1.0.0
    /// and 0.1.0, and part of <c>ocihooks/1</c>.
    /// </summary>
    Precreate,
}
