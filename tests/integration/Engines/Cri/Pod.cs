using IntegrationTests.Fixture;

namespace IntegrationTests.Engines.Cri;

/// <summary>A pod on the host's network, managed as the kubelet does it.</summary>
internal sealed class Pod : IAsyncDisposable
{
    private static readonly NamespaceOption s_hostNetwork = new() { Network = NamespaceMode.Node };

    private readonly ContainerdDaemon _daemon;
    private readonly CriClient _cri;
    private readonly PodSandboxConfig _config;

    private Pod(ContainerdDaemon daemon, string cgroupParent, string podNamespace, (string Key, string Value)[] annotations)
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
    }

    /// <summary>Runs a pod's sandbox.</summary>
    /// <param name="daemon">The containerd.</param>
    /// <param name="handler">The handler of the pod's RuntimeClass; empty for the default runtime.</param>
    /// <param name="podNamespace">The pod's namespace in Kubernetes.</param>
    /// <param name="annotations">The pod's own annotations.</param>
    public static Task<Pod> RunSandboxAsync(
        ContainerdDaemon daemon, string handler, string podNamespace = "shop", params (string Key, string Value)[] annotations) =>
        RunSandboxAsync(daemon, handler, daemon.Host.Cgroup, podNamespace, annotations);

    /// <summary>Runs a pod's sandbox in a cgroup as the kubelet names it: by path, or by the name of a systemd slice.</summary>
    public static async Task<Pod> RunSandboxAsync(
        ContainerdDaemon daemon, string handler, string cgroupParent, string podNamespace, params (string Key, string Value)[] annotations)
    {
        var pod = new Pod(daemon, cgroupParent, podNamespace, annotations);
        try
        {
            pod.Id = (await pod._cri.CallAsync<RunPodSandboxResponse>(
                "RunPodSandbox", new RunPodSandboxRequest { Config = pod._config, RuntimeHandler = handler })).PodSandboxId;
            return pod;
        }
        catch
        {
            pod._cri.Dispose();
            throw;
        }
    }

    /// <summary>The sandbox's ID.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The path of the containers' seccomp profile, a <c>localhostProfile</c>; null for the engine's own.</summary>
    public string? SeccompProfile { get; set; }

    /// <summary>Creates a container in which hooks can write their log. Returns its ID.</summary>
    public async Task<string> CreateAsync(string name, params string[] command)
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

        return (await _cri.CallAsync<CreateContainerResponse>(
            "CreateContainer", new CreateContainerRequest { PodSandboxId = Id, Config = config, SandboxConfig = _config })).ContainerId;
    }

    public Task StartAsync(string container) => _cri.CallAsync("StartContainer", new ContainerRequest { ContainerId = container });

    /// <summary>Creates and starts a container that keeps running. Returns its ID.</summary>
    public async Task<string> RunAsync(string name)
    {
        string container = await CreateAsync(name, "sleep", "1000");
        await StartAsync(container);
        return container;
    }

    /// <summary>Runs a command in a container. Returns its output and exit code.</summary>
    public async Task<(string Output, int ExitCode)> ExecAsync(string container, params string[] command)
    {
        ExecSyncResponse response = await _cri.CallAsync<ExecSyncResponse>(
            "ExecSync", new ExecSyncRequest { ContainerId = container, Cmd = { command }, Timeout = (long)TestTimeout.Limit.TotalSeconds });
        return (response.Stdout.ToStringUtf8() + response.Stderr.ToStringUtf8(), response.ExitCode);
    }

    public Task StopAsync(string container) => _cri.CallAsync("StopContainer", new StopContainerRequest { ContainerId = container });

    public Task RemoveAsync(string container) => _cri.CallAsync("RemoveContainer", new ContainerRequest { ContainerId = container });

    /// <summary>Stops and removes the pod with all its containers.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cri.CallAsync("StopPodSandbox", new PodSandboxRequest { PodSandboxId = Id });
        await _cri.CallAsync("RemovePodSandbox", new PodSandboxRequest { PodSandboxId = Id });
        _cri.Dispose();
    }
}
