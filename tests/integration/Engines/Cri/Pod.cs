using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>A pod on the host's network, driven as the kubelet drives it.</summary>
internal sealed class Pod : IDisposable
{
    private static readonly NamespaceOption s_hostNetwork = new() { Network = NamespaceMode.Node };

    private readonly ContainerdDaemon _daemon;
    private readonly CriClient _cri;
    private readonly PodSandboxConfig _config;

    /// <summary>Runs the pod's sandbox.</summary>
    /// <param name="daemon">Where.</param>
    /// <param name="handler">That of its RuntimeClass; empty for the default runtime.</param>
    /// <param name="podNamespace">The pod's namespace in Kubernetes.</param>
    /// <param name="annotations">Those of the pod itself.</param>
    public Pod(ContainerdDaemon daemon, string handler, string podNamespace = "shop", params (string Key, string Value)[] annotations)
        : this(daemon, handler, daemon.Host.Cgroup, podNamespace, annotations)
    {
    }

    /// <summary>Runs the pod's sandbox in a cgroup of the kubelet's: a path, or systemd's name of a slice.</summary>
    public Pod(
        ContainerdDaemon daemon, string handler, string cgroupParent, string podNamespace, params (string Key, string Value)[] annotations)
    {
        _daemon = daemon;
        _cri = new CriClient(daemon.Socket);
        _config = new PodSandboxConfig
        {
            Metadata = new PodSandboxMetadata { Name = "web", Uid = Guid.NewGuid().ToString(), Namespace = podNamespace },
            Linux = new LinuxPodSandboxConfig
            {
                CgroupParent = cgroupParent,
                SecurityContext = new LinuxSandboxSecurityContext { NamespaceOptions = s_hostNetwork },
            },
        };
        foreach ((string key, string value) in annotations)
        {
            _config.Annotations[key] = value;
        }

        try
        {
            Id = _cri.Call<RunPodSandboxResponse>("RunPodSandbox", new RunPodSandboxRequest { Config = _config, RuntimeHandler = handler })
                .PodSandboxId;
        }
        catch
        {
            _cri.Dispose();
            throw;
        }
    }

    /// <summary>The sandbox's ID.</summary>
    public string Id { get; }

    /// <summary>The file of the containers' seccomp profile, a <c>localhostProfile</c>; null for the engine's own.</summary>
    public string? SeccompProfile { get; init; }

    /// <summary>Creates a container in which hooks can write their log. Returns its ID.</summary>
    public string Create(string name, params string[] command)
    {
        var config = new ContainerConfig
        {
            Metadata = new ContainerMetadata { Name = name },
            Image = new ImageSpec { Image = ContainerdDaemon.Image },
            Command = { command },
            Mounts = { new Mount { ContainerPath = _daemon.Log.Mount, HostPath = _daemon.Log.Mount } },
            Linux = new LinuxContainerConfig
            {
                SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = s_hostNetwork },
            },
        };
        if (SeccompProfile is not null)
        {
            config.Linux.SecurityContext.Seccomp = new SecurityProfile
            {
                ProfileType = SecurityProfile.Types.ProfileType.Localhost,
                LocalhostRef = SeccompProfile,
            };
        }

        return _cri.Call<CreateContainerResponse>(
            "CreateContainer", new CreateContainerRequest { PodSandboxId = Id, Config = config, SandboxConfig = _config }).ContainerId;
    }

    public void Start(string container) => _cri.Call("StartContainer", new ContainerRequest { ContainerId = container });

    /// <summary>Creates a container that goes on, and starts it.</summary>
    public string Run(string name)
    {
        string container = Create(name, "sleep", "1000");
        Start(container);
        return container;
    }

    /// <summary>Runs a command in a container. Returns its output and exit code.</summary>
    public (string Output, int ExitCode) Exec(string container, params string[] command)
    {
        ExecSyncResponse response = _cri.Call<ExecSyncResponse>(
            "ExecSync", new ExecSyncRequest { ContainerId = container, Cmd = { command }, Timeout = (long)Patience.Limit.TotalSeconds });
        return (response.Stdout.ToStringUtf8() + response.Stderr.ToStringUtf8(), response.ExitCode);
    }

    public void Stop(string container) => _cri.Call("StopContainer", new StopContainerRequest { ContainerId = container });

    public void Remove(string container) => _cri.Call("RemoveContainer", new ContainerRequest { ContainerId = container });

    /// <summary>Stops and removes the pod with all its containers.</summary>
    public void Dispose()
    {
        _cri.Call("StopPodSandbox", new PodSandboxRequest { PodSandboxId = Id });
        _cri.Call("RemovePodSandbox", new PodSandboxRequest { PodSandboxId = Id });
        _cri.Dispose();
    }
}
